import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/header.css';
import './styles/clusters.css';
import './styles/alerts.css';
import './styles/drawer.css';
import './styles/hierarchy.css';
import './styles/map.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
