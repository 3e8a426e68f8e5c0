import type { Trace } from '@doudi/contracts';
import { Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { useSay } from '../../language/index.tsx';
import './trace.css';

/** The letter to the family: read on the screen first, then printed as one plain sheet without the desk around it. */
export function useLetter(): { show: (trace: Trace) => void; sheet: ReactNode } {
  const say = useSay();
  const [told, setTold] = useState<Trace | null>(null);
  const sheet = told ? (
    <>
      <Modal
        open
        width={720}
        title={say('trace.letterTitle')}
        onCancel={() => setTold(null)}
        footer={
          <Button type="primary" onClick={() => window.print()}>
            {say('trace.print')}
          </Button>
        }
      >
        <Letter trace={told} />
      </Modal>
      {createPortal(
        <section className="letter-sheet" aria-hidden="true">
          <Letter trace={told} />
        </section>,
        document.body,
      )}
    </>
  ) : null;
  return { show: setTold, sheet };
}

// A letter speaks the family's language, whatever the screen speaks.
function Letter({ trace }: { trace: Trace }) {
  const [first = '', ...rest] = trace.sentences;
  const standards = standardsOf(trace);
  return (
    <article className="letter" lang="zh-CN">
      <h1>关于{trace.title}测算结果的说明</h1>
      {/* The name is written by hand: the sheet is made without anybody's data. */}
      <p>＿＿＿＿＿＿＿＿：</p>
      <p className="indent">
        现就你家 {trace.period.replace('-', ' 年 ')} 月{trace.title}的测算情况说明如下。{first}
      </p>
      {rest.length > 0 ? (
        <ol>
          {rest.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      ) : null}
      {trace.missing.length > 0 ? (
        <>
          <p className="indent">还缺下列情况，补齐后可以重新测算：</p>
          <ol>
            {trace.missing.map((m) => (
              <li key={m.name}>
                {m.title}
                {m.supplier ? `（由${m.supplier}提供）` : ''}
              </li>
            ))}
          </ol>
        </>
      ) : null}
      {standards.length > 0 ? (
        <>
          <p className="indent">测算所用的标准：</p>
          <ol>
            {standards.map((p) => (
              <li key={p.title}>
                {p.title} {p.value}
                {p.cite ? `（${p.cite}）` : ''}
                {p.borrowedFrom ? `，借自${p.borrowedFrom}，仅供演示` : ''}
              </li>
            ))}
          </ol>
        </>
      ) : null}
      <p className="indent">
        以上是按登记和申报的情况所作的测算，不是审核确认的决定。对情况有不同意见的，可以向乡镇人民政府（街道办事处）说明或者补充材料。
      </p>
      <p className="sign">
        经办单位（盖章）
        <br />
        年　　月　　日
      </p>
    </article>
  );
}

/** Deeper than this a standard speaks of parts of the reckoning that the sentences do not mention. */
const NEAR = 4;

/** The standards right behind the conditions and the amount, with their values. */
function standardsOf({ tree, parameters }: Trace): Trace['parameters'] {
  const near = new Set(tree.filter((row) => row.kind === 'parameter' && row.depth <= NEAR).map((row) => row.title));
  return parameters.filter((p) => near.has(p.title) && p.value !== null && /\d/.test(p.value));
}
