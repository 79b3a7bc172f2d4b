import { feedContract } from '../contracts/feed.js';
import { openRelational } from './openers.js';
feedContract('embedded', openRelational);
