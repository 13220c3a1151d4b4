/**
 * A gentle warning while a note is typed: words that hint at special categories (GDPR Art. 9) or at an opinion about the
 * person. Word stems, since Polish and German inflect. It warns, it never forbids: "chory" is also a word about machines.
 */
export type NoteTopic = 'health' | 'belief' | 'opinion';

const STEMS: Record<NoteTopic, readonly string[]> = {
  health: [
    'chor', 'choruj', 'zdrowi', 'ciąż', 'ciąza', 'niepełnosprawn', 'inwalid', 'alergi', 'cukrzyc', 'depresj', 'rak ', 'wózk', 'szpital', 'leczy', 'lekarz', 'alkohol', 'uzależn', 'operacj', 'zawał',
    'sick', 'illness', 'ill ', 'disease', 'health', 'pregnan', 'disab', 'wheelchair', 'allerg', 'diabet', 'depress', 'cancer', 'hospital', 'surgery', 'addict',
    'krank', 'gesundheit', 'schwanger', 'behinder', 'rollstuhl', 'zucker', 'krebs', 'arzt', 'süchtig', 'sucht',
  ], // prettier-ignore
  belief: [
    'katoli', 'żyd', 'muzułman', 'ateist', 'prawosławn', 'kościo', 'wierząc', 'wyznani', 'religi', 'związkow', 'związek zawod', 'partii', 'wyborc', 'lewic', 'prawic', 'gej', 'lesbij', 'homoseks', 'narodowoś', 'ukrain', 'romsk',
    'catholic', 'jewish', 'muslim', 'atheist', 'orthodox', 'church', 'religio', 'union member', 'trade union', 'votes for', 'left-wing', 'right-wing', 'gay', 'lesbian', 'ethnic',
    'katholi', 'jüdisch', 'muslim', 'kirche', 'gewerkschaft', 'partei', 'linksext', 'rechtsext', 'schwul', 'lesbisch', 'ethnisch',
  ], // prettier-ignore
  opinion: [
    'głup', 'idiot', 'debil', 'nudn', 'arogan', 'chamsk', 'cham ', 'bezczeln', 'wredn', 'gbur', 'brzydk', 'ładniutk', 'seksown', 'skąp', 'naiwn', 'upierdliw', 'męcząc', 'dziwak', 'kretyn', 'gruby', 'gruba',
    'stupid', 'dumb', 'annoying', 'arrogan', 'rude', 'ugly', 'pretty girl', 'sexy', 'naive', 'stingy', 'boring', 'weird', 'moron', 'fat ',
    'dumm', 'blöd', 'arrogant', 'unverschämt', 'hässlich', 'hübsch', 'geizig', 'naiv', 'langweil', 'nervig', 'komisch', 'dick ', 'dicke ',
  ], // prettier-ignore
};

/** The first topic that the note touches, and the word that does. */
export function touches(note: string): { topic: NoteTopic; word: string } | null {
  const words = note.toLowerCase().split(/[\s,.;:!?()„”“"/]+/);
  const joined = `${words.join(' ')} `;
  for (const topic of ['health', 'belief', 'opinion'] as const) {
    for (const stem of STEMS[topic]) {
      const at = ` ${joined}`.indexOf(` ${stem}`);
      if (at < 0) continue;
      const phrase = stem.trim().split(' ').length;
      return { topic, word: joined.slice(at).split(' ').slice(0, phrase).join(' ') };
    }
  }
  return null;
}
