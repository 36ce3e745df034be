/** Names that would be code, if names became code, and those that objects inherit. */
export const codeNames = [
  'plain',
  'constructor',
  'toString',
  'a.b',
  "it's",
  '"',
  '`$' + '{1}`',
  '\\',
  '\n',
  '\u2028',
  '*/',
  '});throw 1//',
  'é',
  '0',
  ''
]
