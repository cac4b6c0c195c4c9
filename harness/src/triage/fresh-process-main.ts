/** The fresh process of fresh-process.ts: reads a request from stdin, writes an Investigation to stdout. */
import {readFileSync, writeSync} from 'node:fs';
import {openEngineHere} from '../engines/open.ts';
import {caseOfRequest, type InvestigationRequest} from './fresh-process.ts';
import {investigate} from './investigate.ts';

const request = JSON.parse(readFileSync(0, 'utf8')) as InvestigationRequest;
const investigation = investigate(caseOfRequest(request), request.raw, {
  engines: request.engines,
  aot: request.aot,
  options: {timeoutMs: request.timeoutMs},
  open: openEngineHere,
});
writeSync(1, JSON.stringify(investigation));
process.exit(0);
