/** One line of the request log: no query, no body, no header, no message of an error. */
export type LogLine = Record<string, string | number | string[] | undefined> & {
  level: 'info' | 'warn' | 'error';
  event: string;
};
export type Log = (line: LogLine) => void;

/** Lines of JSON on stderr; stdout belongs to the command's own answer. */
export const stderrLog: Log = (line) => {
  process.stderr.write(`${JSON.stringify(line)}\n`);
};
