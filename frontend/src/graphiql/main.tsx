// The entry of /graphiql: a page of its own, so that the client does not carry Monaco.
import './workers';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '../ui/global.css';
import './theme.css';
import { GraphiQLPage } from './GraphiQLPage';

const root = document.getElementById('root');
if (!root) throw new Error('graphiql.html has no #root.');
createRoot(root).render(<GraphiQLPage />);
