import { Converter } from 'opencc-js';
import { pinyin } from 'pinyin-pro';
import { type Engine, literal } from '../../../server/src/platform/engine/index.ts';
import { dayNumber, lunarText } from '../generator/calendar.ts';

const simplified = Converter({ from: 't', to: 'cn' });

/**
 * The pair of files as Splink takes them, `left.parquet` and `right.parquet` in `dir`: what a careful person would prepare
 * with the same libraries. Names in simplified characters without dots, their sound, dates as eight digits with the lunar
 * date of the left, the tail of the address. Its time is nobody's: Splink starts from these files.
 */
export async function normaliseForSplink(engine: Engine, dir: string): Promise<void> {
  const sides = {
    left: ['编号', '手机号', '住址'],
    right: ['记录号', '联系电话', '家庭住址'],
  } as const;
  for (const side of ['left', 'right'] as const) {
    const [id, phone, address] = sides[side];
    const source = `read_csv(${literal(`${dir}/${side}.csv`)}, all_varchar = true, header = true)`;
    const names = await engine.all<{ name: string }>(`SELECT DISTINCT 姓名 AS name FROM ${source}`);
    await load(
      engine,
      'name_forms',
      names.map(({ name }) => {
        const plain = simplified(name.normalize('NFKC')).replaceAll(/[\s·•・‧.．]/gu, '');
        const sounds = pinyin(plain, { toneType: 'none', type: 'array', surname: 'head' });
        return { key: name, name: plain, sound: sounds.join(' '), family: sounds[0] ?? '' };
      }),
    );
    const dates = await engine.all<{ day: string }>(
      `SELECT DISTINCT replace(出生日期, '-', '') AS day FROM ${source} WHERE 出生日期 <> ''`,
    );
    await load(
      engine,
      'lunar_forms',
      dates.map(({ day }) => ({
        key: day,
        lunar: lunarText(dayNumber(Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6)))).replaceAll(
          '-',
          '',
        ),
      })),
    );
    await engine.run(`COPY (SELECT s.${id} AS unique_id, n.name, n.sound, n.family, nullif(n.name[2:], '') AS given,
        d.key AS birth, ${side === 'left' ? 'd.lunar' : 'd.key'} AS birth_lunar, nullif(s.性别, '') AS sex, nullif(s.${phone}, '') AS phone,
        nullif(s.区划代码, '') AS region,
        nullif(regexp_extract(s.${address}, '.{1,4}[0-9]+组[0-9]+号$'), '') AS address
      FROM ${source} s JOIN name_forms n ON s.姓名 = n.key LEFT JOIN lunar_forms d ON replace(s.出生日期, '-', '') = d.key
    ) TO ${literal(`${dir}/${side}.parquet`)} (FORMAT parquet)`);
  }
}

async function load(engine: Engine, table: string, rows: readonly Record<string, string>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} (${columns.map((c) => `${c} VARCHAR`).join(', ')})`);
  for (let i = 0; i < rows.length; i += 20_000) {
    const json = JSON.stringify(rows.slice(i, i + 20_000));
    await engine.run(
      `INSERT INTO ${table} SELECT unnest(from_json(${literal(json)}, '[{${columns.map((c) => `"${c}": "VARCHAR"`).join(', ')}}]'), recursive := true)`,
    );
  }
}
