import { useEffect } from 'react';

const busy = 'input:not([type=checkbox]), textarea, select, [contenteditable], [role=combobox]';

/**
 * Single keys of the review. They rest while somebody types, while a dialog other than the help is open, and with a modifier.
 * @param keys key → what it does; '?' is tried before dialogs are looked at, so that it also closes the help
 */
export function useLinkKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(busy)) return;
      const key = event.key.toLowerCase();
      const act = keys[key];
      if (!act) return;
      if (key !== '?' && document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [keys]);
}
