import type { Messages } from '../en/english.ts'

/** Locking the keys by which this machine publishes. */
export const locks = (): Messages['locks'] => ({
  states: {
    plain: 'Les clés par lesquelles cette machine publie sont dans son dossier, sans phrase de passe.',
    locked: 'Verrouillée : cette machine la garde et la sert, et ne publie rien.',
    unlocked: 'Déverrouillée jusqu’à l’arrêt de ce nœud. Sur le disque, les clés restent scellées.'
  },
  sealedAway: 'Les clés par lesquelles cette machine publie sont scellées avec une clé de la machine qui n’est pas ici. Rien n’est publié avant son retour.',
  lock: 'Verrouiller les clés …',
  lockAgain: 'Verrouiller de nouveau',
  unlock: 'Déverrouiller …',
  takeAway: 'Retirer la phrase de passe …',
  lockTitle: (title: string) => `Verrouiller ${title}`,
  lockWhat: 'Les clés par lesquelles cette machine publie sont scellées par une phrase de passe, et les mots de secours non confirmés aussi. Le nœud continue de garder et de servir, et redémarre sans rien demander. Pour publier, vous les déverrouillez.',
  passphrase: 'Phrase de passe',
  passphraseHint: 'Au moins 10 caractères. Personne ne peut la retrouver : sans elle, seuls les mots de secours permettent de publier à nouveau.',
  again: 'La phrase de passe encore une fois',
  differs: 'Les deux phrases de passe diffèrent.',
  lockNow: 'Verrouiller',
  unlockTitle: (title: string) => `Déverrouiller ${title}`,
  unlockWhat: 'Jusqu’à l’arrêt de ce nœud, ou jusqu’à ce que vous la verrouilliez de nouveau. Sur le disque, les clés restent scellées.',
  keyFile: 'Ou son fichier de clé, si elle a été verrouillée ainsi',
  unlockNow: 'Déverrouiller',
  takeAwayTitle: (title: string) => `Retirer la phrase de passe de ${title}`,
  takeAwayWhat: 'Les clés sont dès lors sans phrase de passe sur cette machine : qui s’en sert sous votre compte peut publier en votre nom.',
  takeAwayNow: 'La retirer',
  working: 'Cela prend quelques secondes …',
  done: {
    plain: (title: string) => `Les clés de ${title} sont de nouveau ici sans phrase de passe.`,
    locked: (title: string) => `${title} est verrouillée. Rien n’est publié d’ici avant que vous ne la déverrouilliez.`,
    unlocked: (title: string) => `${title} est déverrouillée jusqu’à l’arrêt de ce nœud.`
  },
  badge: 'est verrouillée. Elle est gardée et servie ; rien de nouveau ne part d’ici avant que vous ne la déverrouilliez.',
  waits: 'Il attend : les clés étaient verrouillées quand il devait partir. Il part quand vous les déverrouillez ; avec dix minutes de retard ou plus, la question vous est d’abord posée.',
  waitsShort: 'Attend : les clés sont verrouillées',
  missed: (time: string) => `Il devait partir le ${time}, mais les clés étaient verrouillées, et rien n’a été publié. Doit-il partir maintenant, ou à une autre heure ?`
})
