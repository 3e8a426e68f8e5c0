import { everydayText } from './characters.ts';
import { smallDigest } from './digest.ts';
import type { Preparation } from './field.ts';

const PARTS = ['county', 'town', 'village', 'door', 'numbers', 'full'] as const;

/**
 * A Chinese address: its levels as far as it names them. full is town, village and the rest; door the numbers of house,
 * building, unit and room; what stands above the county is not compared, since it says the same of everybody in a file.
 */
export const address: Preparation = {
  dictionary: {
    columns: PARTS.map((part) => [part, 'INTEGER'] as const),
    read(text) {
      const read = readAddress(text);
      if (!read) return null;
      const { county, town, village, place, door } = read;
      const or = (part: string, key: string) => (part === '' ? null : smallDigest(key));
      return [
        or(county, county),
        or(town, town),
        or(village, village),
        or(door, `${place} ${door}`),
        or(door, door),
        or(door || place || village, `${village} ${place} ${door}`),
      ];
    },
  },
  columns: (of) => Object.fromEntries(PARTS.map((part) => [part, of(part)])),
};

export interface ReadAddress {
  county: string;
  town: string;
  village: string;
  /** Road, estate or group, without numbers. */
  place: string;
  /** Numbers in the order written, joined by '-': '12-3-501'. */
  door: string;
}

const PROVINCE = /^(?:[^省市县区]{2,6}省|[^市县]{2,8}?(?:自治区|特别行政区)|(?:北京|上海|天津|重庆)市?)/;
const CITY = /^(?:[^市县区镇乡村]{1,7}市|[^市县镇村]{2,10}?(?:自治州|地区|盟))/;
const COUNTY = /^(?:[^县区市旗镇乡村路号]{1,8}(?:自治县|县|(?<![小社校厂矿园])区|市|旗))/;
const TOWN = /^(?:[^村号路]{1,10}?(?:街道办事处|街道|镇|乡|苏木|办事处|管委会|开发区|农场|林场|良种场))/;
const VILLAGE = /^(?:[^号路]{1,12}?(?:村民委员会|居民委员会|社区居委会|村委会|居委会|社区|嘎查|村))/;

/** Reads a Chinese address into its levels; null when nothing is left of it. */
export function readAddress(text: string): ReadAddress | null {
  let rest = everydayText(text).replaceAll(/[,，。、;；:：()（）《》"'#]/g, '');
  if (rest === '') return null;
  const take = (level: RegExp): string => {
    const found = rest.match(level)?.[0] ?? '';
    rest = rest.slice(found.length);
    return found;
  };
  take(PROVINCE);
  take(CITY);
  const county = take(COUNTY);
  const town = take(TOWN);
  const village = take(VILLAGE);
  const numbered = digitsOf(rest);
  return {
    county: stem(county, /(?:自治县|县|区|市|旗)$/),
    town: stem(town, /(?:街道办事处|街道|镇|乡|苏木|办事处|管委会)$/),
    village: stem(village, /(?:社区)?(?:村民委员会|居民委员会|村委会|居委会)?(?:村|社区|嘎查)?$/),
    place: numbered.replaceAll(/[0-9A-Z]+|[-—_~]|号楼|号|栋|幢|单元|室|组|队|门|楼|层|户|之|附|第/g, ''),
    door: (numbered.match(/[0-9]+|[A-Z]+/g) ?? []).map((n) => n.replace(/^0+(?=\d)/, '')).join('-'),
  };
}

/** The name without its class, unless the class is all of it. */
const stem = (name: string, suffix: RegExp): string => name.replace(suffix, '') || name;

const VALUES = '零一二三四五六七八九';
/** Chinese numerals before a unit as digits: 三组 is 3组, 十二号 is 12号. */
function digitsOf(text: string): string {
  return text.replaceAll(/([一二三四五六七八九十〇零]+)(?=[号组队栋幢单室门楼层户])/g, (numeral) => {
    const tens = numeral.match(/^([一二三四五六七八九])?十([一二三四五六七八九])?$/);
    if (tens) return String((tens[1] ? VALUES.indexOf(tens[1]) : 1) * 10 + (tens[2] ? VALUES.indexOf(tens[2]) : 0));
    return [...numeral].map((c) => (c === '〇' ? '0' : String(VALUES.indexOf(c)))).join('');
  });
}
