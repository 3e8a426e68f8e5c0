import { Button } from 'antd';
import { useRef, useState } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { count } from '../../ui/figures.ts';
import { problemWords } from '../../ui/states.tsx';
import { Fault } from './release.tsx';

/** The quarantined rows as a file to be corrected in a spreadsheet, and the corrected file sent back. */
export function CorrectedFile({
  feed,
  period,
  empty,
  onDone,
}: {
  feed: string;
  period: string;
  empty: boolean;
  onDone: () => Promise<void>;
}) {
  const say = useSay();
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const [told, setTold] = useState('');
  const params = { feed, period };
  const tried = async (work: () => Promise<string>) => {
    setBusy(true);
    setFault(null);
    setTold('');
    try {
      setTold(await work());
    } catch (thrown) {
      setFault(thrown);
    }
    setBusy(false);
  };
  const download = () =>
    tried(async () => {
      const file = await call('POST /api/feeds/:feed/:period/quarantine/template', { params });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([file.text], { type: 'text/csv;charset=utf-8' }));
      link.download = file.fileName;
      link.click();
      URL.revokeObjectURL(link.href);
      return say('intake.templateSaved', { count: count(file.rows) });
    });
  const upload = (file: File) =>
    tried(async () => {
      const bytes = await file.arrayBuffer();
      const done = await call('POST /api/feeds/:feed/:period/quarantine/corrections', {
        params,
        body: { text: decoded(bytes) },
      });
      await onDone();
      return say('intake.correctionsTaken', { count: count(done.corrected) });
    });
  return (
    <>
      <Button disabled={empty} loading={busy} onClick={() => void download()}>
        {say('intake.template')}
      </Button>
      <Button disabled={empty} loading={busy} onClick={() => chooser.current?.click()}>
        {say('intake.uploadCorrections')}
      </Button>
      <input
        ref={chooser}
        type="file"
        accept=".csv,text/csv"
        className="sr-only"
        tabIndex={-1}
        aria-label={say('intake.uploadCorrections')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) void upload(file);
        }}
      />
      {told ? (
        <span className="intake-told" role="status">
          {told}
        </span>
      ) : null}
      {fault ? <Fault {...problemWords(problemOf(fault), say)} /> : null}
    </>
  );
}

/** A spreadsheet saves CSV as UTF-8 or, on Chinese Windows, as GBK. */
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
