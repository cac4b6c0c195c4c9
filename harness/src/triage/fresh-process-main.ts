/** The fresh process of fresh-process.ts: reads a request from stdin, writes an Investigation to stdout. */
import {readFileSync, writeSync} from 'node:fs';
import {generateCase, unpackCase} from '#generators/index.ts';
import {openEngineHere} from '../engines/open.ts';
import {generatorOptions} from '../profiles.ts';
import type {InvestigationRequest} from './fresh-process.ts';
import {investigate} from './investigate.ts';

const request = JSON.parse(readFileSync(0, 'utf8')) as InvestigationRequest;
const testCase =
  request.envelope === null
    ? generateCase(request.root, request.index, generatorOptions(request))
    : unpackCase(Buffer.from(request.envelope, 'base64'));
const investigation = investigate(testCase, request.raw, {
  engines: request.engines,
  aot: request.aot,
  options: {timeoutMs: request.timeoutMs},
  open: openEngineHere,
});
writeSync(1, JSON.stringify(investigation));
process.exit(0);
