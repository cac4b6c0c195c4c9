/** The process of a reduction: reads a request from stdin, writes a ReductionReply to stdout. */
import {readFileSync, writeSync} from 'node:fs';
import {packCase} from '#generators/index.ts';
import {openEngineHere} from '../engines/open.ts';
import {caseOfRequest, type InvestigationRequest, type ReductionReply} from './fresh-process.ts';
import {divergenceOf, type InvestigationWorld} from './investigate.ts';
import {reduceDivergence} from './reduce.ts';
import {rawSignature} from './signature.ts';

/** Candidates get less time than campaigns give: what is interesting is short. */
const CANDIDATE_MS = 100;

const request = JSON.parse(readFileSync(0, 'utf8')) as InvestigationRequest;
const testCase = caseOfRequest(request);
const world: InvestigationWorld = {
  engines: request.engines,
  aot: request.aot,
  options: {timeoutMs: Math.min(request.timeoutMs, CANDIDATE_MS)},
  open: openEngineHere,
};
const divergence = divergenceOf(testCase, world);
if (divergence !== null) {
  const {smallest, runs} = reduceDivergence(testCase, rawSignature(divergence), world);
  const reply: ReductionReply = {envelope: Buffer.from(packCase(smallest)).toString('base64'), runs};
  writeSync(1, JSON.stringify(reply));
}
process.exit(0);
