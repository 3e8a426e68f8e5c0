/**
 * A name that a file gives (of a column, a sheet, a packed file) as it can be stored and shown: control characters, of which
 * the database refuses NUL, and halves of characters become U+FFFD, line ends and tabs blanks.
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd');
