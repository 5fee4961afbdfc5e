import { cremaD } from './crema-d.ts'
import { emoDb } from './emo-db.ts'
import type { Layout } from './layout.ts'
import { ravdess, ravdessSong } from './ravdess.ts'
import { savee } from './savee.ts'
import { synthetic } from './synthetic-layout.ts'
import { tess } from './tess.ts'

export const layouts: readonly Layout[] = [
  ravdess,
  ravdessSong,
  cremaD,
  tess,
  savee,
  emoDb,
  synthetic,
]
