import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

export type TextKey = keyof typeof zh;
export type Language = 'zh' | 'en';

type Gaps<S> = S extends `${string}{${infer G}}${infer Rest}` ? G | Gaps<Rest> : never;
type Fill<K extends TextKey> = [Gaps<(typeof zh)[K]>] extends [never]
  ? []
  : [Record<Gaps<(typeof zh)[K]>, string | number>];
/** The keys of texts without gaps, for lists that hold keys. */
export type PlainKey = { [K in TextKey]: [Gaps<(typeof zh)[K]>] extends [never] ? K : never }[TextKey];
/** Gives the text of a key in the language of the screen; a key with {gaps} demands their values. */
export type Say = <K extends TextKey>(key: K, ...fill: Fill<K>) => string;

const texts: Record<Language, Record<TextKey, string>> = { zh, en };
const Context = createContext<{ language: Language; say: Say; change: (language: Language) => void } | null>(null);
const kept = 'doudi.language';

/** Gives the speaker of one language; used by the provider and by tests. */
export function speaker(language: Language): Say {
  return (key, ...fill) =>
    texts[language][key].replace(/\{(\w+)\}/g, (gap, name: string) =>
      String((fill[0] as Record<string, string | number> | undefined)?.[name] ?? gap),
    );
}

/** Holds the language of the screen; Chinese unless the person switched before. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => (localStorage.getItem(kept) === 'en' ? 'en' : 'zh'));
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(kept, language);
  }, [language]);
  const value = useMemo(() => ({ language, say: speaker(language), change: setLanguage }), [language]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** Gives `{ language, say, change }` of the nearest provider. */
export function useLanguage() {
  const value = useContext(Context);
  if (!value) throw new Error('useLanguage outside LanguageProvider');
  return value;
}

/** Gives the speaker alone, which is what most components want. */
export function useSay(): Say {
  return useLanguage().say;
}
