import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const histories = ({ count }: Formats): Messages['histories'] => ({
  title: 'Deux histoires',
  kinds: {
    takenBack: 'a repris ce qui était publié, et recommencé.',
    twoFaced: 'a signé deux histoires : d’autres ont vu d’autres numéros que vous.',
    changedHere: 'est revenu avec d’autres numéros que ceux que cette machine avait vus.',
    sealedOtherwise: 'a été écarté, et ce que la lettre garde de lui est une autre histoire que celle qui est ici.'
  },
  waits: 'Ce qui est ici reste et se lit. Ce qui vient de ce rédacteur attend que vous décidiez, ou que la lettre elle-même tranche.',
  choices: {
    keep: 'Vous continuez avec l’histoire qui est ici.',
    take: 'Vous lisez désormais l’autre histoire, qui est maintenant ici. Celle d’avant est gardée et peut être examinée.',
    refuse: 'Vous ne prenez plus rien de ce rédacteur. Ce qui est ici reste.'
  },
  sealed: 'La lettre a depuis écarté ce rédacteur, et dit ce qui compte de lui.',
  otherwise: 'Rien de ce qui est ici de ce rédacteur ne compte. Vous pourrez lire l’autre histoire dès que quelqu’un l’aura transmise.',
  keep: 'Continuer avec ce qui est ici',
  take: 'Lire désormais l’autre',
  lookInto: 'Examiner les deux',
  of: name => `Deux histoires de ${name}`,
  notWhole: 'Personne de ceux qui ont l’autre histoire n’a encore pu la transmettre. Elle viendra dès que l’un d’eux sera connecté.',
  here: 'Ici',
  other: 'L’autre',
  noIssue: 'absent',
  noTitle: 'sans titre signé',
  same: n => count(n, { one: '# numéro est le même dans les deux.', other: '# numéros sont les mêmes dans les deux.' }),
  export: 'Les deux peuvent être écrites dans un dossier, pour que chacun les vérifie :',
  refuse: 'Ne plus rien prendre'
})
