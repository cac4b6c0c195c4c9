/** Paths in documents: what stands in back quotes and begins with a top-level folder is a file or folder that must exist. */

const TOP = /^(?:engine|native|generators|harness|spec-tests|corpus|tools|docs|bin)\//;

/** Paths of a document that lead nowhere; patterns (`<date>`, `*`, `{a,b}`) and names of layers are not paths. */
export function brokenPaths(text: string, exists: (path: string) => boolean): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return quoted.filter(
    (path) => TOP.test(path) && /\.\w+$|\/$|\/src\//.test(path) && !/[<*{\s…]/.test(path) && !exists(path),
  );
}
