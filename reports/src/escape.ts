/** Text in HTML. */
const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};

/** Text that stands between tags or in a quoted attribute. */
export const escaped = (text: string | number): string =>
  String(text).replace(/[&<>"]/g, (character) => escapes[character]!);
