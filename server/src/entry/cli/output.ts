import { SingleBar } from 'cli-progress';
import { DoudiError } from '../../platform/errors.ts';

/** Where a command speaks: progress and sentences for people on stderr, one JSON document for programs on stdout. */
export interface Output {
  json: boolean;
  /** With `--json` prints the value and nothing else; otherwise the text for people. */
  result(value: unknown, text: string): void;
  /** One line for people; silent with `--json`. */
  say(text: string): void;
  /** A progress bar for people, or lines where there is no terminal; silent with `--json`. */
  progress(text: string, done?: number, total?: number): void;
  end(): void;
}

/** Makes the output of one command. */
export function openOutput(json: boolean): Output {
  const terminal = process.stderr.isTTY === true && !json;
  let bar: SingleBar | undefined;
  let last = '';
  const end = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    json,
    result(value, text) {
      end();
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
    },
    say(text) {
      end();
      if (!json) process.stderr.write(`${text}\n`);
    },
    progress(text, done, total) {
      if (json) return;
      if (!terminal || done === undefined || total === undefined) {
        if (text !== last) process.stderr.write(`  ${text}\n`);
        last = text;
        return;
      }
      if (!bar || text !== last) {
        end();
        bar = new SingleBar({ format: '  {text} {bar} {value}/{total}', hideCursor: true, stream: process.stderr });
        bar.start(total, done, { text });
        last = text;
      }
      bar.update(done, { text });
    },
    end,
  };
}

/** Prints an error as help: what, where, how to mend; gives the exit code (2 for usage, 1 otherwise). */
export function report(error: unknown, json: boolean): 1 | 2 {
  const known = error instanceof DoudiError;
  const code = known && error.kind === 'usage' ? 2 : 1;
  const message = error instanceof Error ? error.message : String(error);
  const cure = known ? error.cure : '这是程序缺陷；请把上面一行连同 doudi --version 报告给维护者';
  if (json)
    process.stderr.write(`${JSON.stringify({ error: { code: known ? error.code : 'internal', message, cure } })}\n`);
  else process.stderr.write(`错误：${message}\n办法：${cure}\n`);
  if (!known && process.env.DOUDI_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return code;
}
