import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const searching = ({ count, number }: Formats): Messages['searching'] => ({
  label: 'Chercher des numéros par leurs mots',
  placeholder: 'Mots, noms, étiquettes',
  operators: [
    ['"route du sel"', 'mots qui se suivent'],
    ['cara*', 'débuts de mots'],
    ['from:Ines', 'auteur ou lettre'],
    ['tag:commerce', 'une étiquette'],
    ['after:2025 before:2026-03', 'date de parution'],
    ['is:unread is:saved', 'non lus, gardés']
  ],
  found: (n: number) => count(n, { one: '# numéro', other: '# numéros' }),
  foundMore: (n: number) => `Plus de ${number(n)} numéros`,
  more: 'En montrer davantage',
  moreHint: 'Il y en a plus que montré ici. Un autre mot, ou une date, trouve les plus anciens.',
  nothing: 'Rien n’a été trouvé',
  nothingHint: 'Chaque mot doit se trouver dans le numéro. Moins de mots en trouvent davantage, de même qu’un début de mot suivi d’un astérisque.',
  indexing: (done: number, all: number) => `Indexation : ${number(done)} sur ${number(all)}. Ce qui n’est pas encore dans l’index n’est pas trouvé ; cette page cherche de nouveau d’elle-même.`,
  updating: 'L’index est mis à jour. Cette page cherche de nouveau d’elle-même.',
  inTexts: (text: string) => `Chercher « ${text} » dans tous les textes`,
  keySearch: 'Rechercher'
})
