// An example for every operation of the API. A test validates each against the schema.

import { accounts } from './accounts';
import { analyses } from './analyses';
import type { Example } from './example';
import { images } from './images';
import { uploads } from './uploads';

export type { Example };

export const examples: readonly Example[] = [...accounts, ...uploads, ...images, ...analyses];
