import { createExactIndexes } from '../../../src/adapters/vector-index/exact.ts';
import { vectorIndexContract } from '../../contracts/vector-index.ts';

vectorIndexContract('exact', createExactIndexes());
