/** Id of the pack that a reform becomes: it goes before every division's own. */
export const reformPack = '@reform';
