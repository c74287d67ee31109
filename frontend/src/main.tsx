import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/styles';
import { App } from './app/App';
import { router } from './app/router';
import { session } from './auth/browserSession';

// The guards of the routes depend on who is signed in.
session.subscribe(() => void router.invalidate());
void session.restore();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
