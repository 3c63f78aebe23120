import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const reading = ({ count, bytes }: Formats): Messages['reading'] => ({
  inboxEmpty: 'Rien ici pour le moment.',
  inboxEmptyHint: 'Une adresse ressemble à colporteur://… et suffit. Le numéro le plus récent vient d’abord.',
  allRead: 'Tout est lu.',
  unreadOnly: 'Non lus seulement',
  older: 'Montrer les numéros plus anciens',
  untitled: 'Un numéro qui ne peut être montré',
  issueNumber: (n: number) => `Numéro ${n}`,
  states: {
    waiting: 'En attente de pairs',
    downloading: 'Téléchargement',
    ready: 'Prêt hors ligne',
    removed: 'Retiré pour gagner de la place',
    notVerified: 'Non vérifié'
  },
  parts: (have: number, all: number, missingBytes: number) => `${have} sur ${count(all, { one: '# partie', other: '# parties' })}, reste ${bytes(missingBytes)}`,

  addressLabel: 'Adresse de la lettre',
  subscribe: 'S’abonner',
  subscribed: 'Abonné. Le numéro le plus récent vient d’abord.'
})
