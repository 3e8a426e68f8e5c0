// How one character comes to be written as another: as its traditional form or as a variant that is read the same.
// A list of this bench's own, so that a hole in the linker's tables shows.
const TRADITIONAL =
  '张張陈陳刘劉杨楊赵趙黄黃吴吳孙孫马馬罗羅郑鄭谢謝许許邓鄧冯馮萧蕭叶葉吕呂苏蘇卢盧蒋蔣贾賈韦韋邹鄒陆陸龙龍万萬钱錢汤湯顾顧赖賴庞龐颜顏严嚴' +
  '华華国國军軍伟偉丽麗兰蘭凤鳳红紅云雲强強刚剛东東义義庆慶荣榮贵貴宝寶玉玉梦夢婷婷娇嬌艳艷芳芳莲蓮莹瑩颖穎颖穎静靜斌斌龄齡铁鐵锋鋒' +
  '银銀金金钢鋼铭銘鑫鑫钰鈺锐銳镇鎮长長门門闯闖阳陽阴陰陈陳隐隱维維纲綱绍紹红紅练練结結绪緒继繼绣繡绮綺缘緣网網罗羅' +
  '财財贤賢贞貞赞贊轩軒轶軼辉輝达達运運远遠进進连連迁遷选選遥遙邓鄧郦酈郑鄭鸣鳴鸿鴻鹏鵬鹤鶴麦麥齐齊龚龔圣聖坚堅尔爾岚嵐岭嶺' +
  '岳嶽师師带帶广廣庄莊应應开開异異张張彦彥径徑怀懷恒恆悦悅惠惠态態愿願户戶扬揚择擇拥擁揽攬晓曉晖暉显顯书書术術机機权權条條来來' +
  '杰傑枫楓标標栋棟树樹样樣桥橋桦樺桢楨梁樑检檢欢歡欧歐汉漢沪滬泽澤洁潔浅淺济濟涛濤润潤渊淵温溫湾灣滨濱潇瀟灵靈灿燦炜煒炼煉烂爛' +
  '焕煥爱愛独獨环環现現玛瑪珑瓏琼瓊电電畅暢盛盛睿睿础礎祯禎礼禮种種积積稳穩穷窮笔筆简簡类類粮糧纪紀纯純纳納绵綿聪聰肃肅胜勝' +
  '胡胡芦蘆苇葦药藥营營萨薩蓝藍艺藝节節苹蘋荐薦虎虎虽雖蛮蠻补補装裝见見观觀规規览覽觉覺誉譽议議许許论論设設识識词詞诗詩诚誠诺諾谊誼谦謙' +
  '买買尼尼热熱';

const VARIANTS = [
  '峰峯',
  '群羣',
  '升昇',
  '哲喆',
  '坤堃',
  '宁甯',
  '钟锺',
  '钟鍾',
  '佑祐',
  '村邨',
  '鉴鑑',
  '昆崑',
  '国囯',
  '奔犇',
  '和龢',
  '启啓',
  '启啟',
  '柏栢',
  '珍珎',
  '妍姸',
  '秋秌',
  '韵韻',
  '岩巖',
  '璇璿',
  '璇琁',
  '燕鷰',
  '德悳',
  '仙僊',
  '艳豔',
  '艳豓',
  '俊儁',
  '渺淼',
  '煊暄',
  '焕奂',
  '玺璽',
  '弘宏',
];

const traditional = new Map<string, string>();
for (const characters = [...TRADITIONAL]; characters.length > 1; ) {
  const [simple, old] = characters.splice(0, 2) as [string, string];
  if (simple !== old) traditional.set(simple, old);
}
const variants = new Map<string, string[]>();
for (const [plain, other] of VARIANTS.map((pair) => [...pair] as [string, string]))
  variants.set(plain, [...(variants.get(plain) ?? []), other]);

/** The name with every character that has one in its traditional form. */
export function traditionalForm(name: string): string {
  let text = '';
  for (const character of name) text += traditional.get(character) ?? character;
  return text;
}

/** The ways a character is also written, read the same. */
export function variantsOf(character: string): readonly string[] {
  return variants.get(character) ?? [];
}
