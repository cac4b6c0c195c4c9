/** Where a campaign keeps its things: `.parallax/` in the working directory, or the folder named with --dir. */
import {mkdirSync} from 'node:fs';
import {join, resolve} from 'node:path';

export interface Workspace {
  readonly root: string;
  readonly database: string;
}

/** The workspace in a folder; nothing is created yet. */
export function workspaceAt(directory: string): Workspace {
  const root = resolve(directory);
  return {root, database: join(root, 'parallax.db')};
}

/** Folder of a campaign, created when missing. */
export function campaignFolder({root}: Workspace, slug: string): string {
  const folder = join(root, 'campaigns', slug);
  mkdirSync(folder, {recursive: true});
  return folder;
}

/** Folder of a finding's files, created when missing. */
export function findingFolder(workspace: Workspace, campaign: string, bucket: string): string {
  const folder = join(campaignFolder(workspace, campaign), 'findings', bucket);
  mkdirSync(folder, {recursive: true});
  return folder;
}
