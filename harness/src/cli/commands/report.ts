/** `parallax report [campaign]`: the summary of a campaign as Markdown, HTML or JSON. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {html} from '#reports/html.ts';
import {markdown} from '#reports/markdown.ts';
import {summarize} from '#reports/summarize.ts';
import {openDatabase} from '../../store/open.ts';
import {workspaceAt} from '../../workspace.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';

export interface ReportCommandOptions {
  /** null: the campaign that began last. */
  readonly name: string | null;
  readonly directory: string;
  /** Folder for report.md, index.html and summary.json; null: Markdown to stdout. */
  readonly out: string | null;
  readonly json: boolean;
}

/** Runs the command. */
export async function report({name, directory, out, json}: ReportCommandOptions): Promise<Exit> {
  const database = openDatabase(workspaceAt(directory).database, {readonly: true});
  const summary = summarize(database, name);
  database.close();
  if (summary === undefined)
    throw new UserError('usage', `no campaign ${name ?? ''} in ${workspaceAt(directory).database}`);
  if (out !== null) {
    mkdirSync(out, {recursive: true});
    writeFileSync(join(out, 'report.md'), markdown(summary));
    writeFileSync(join(out, 'index.html'), html(summary));
    writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    process.stderr.write(`parallax: report.md, index.html and summary.json are in ${out}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else if (out === null) process.stdout.write(markdown(summary));
  return exit('ok');
}
