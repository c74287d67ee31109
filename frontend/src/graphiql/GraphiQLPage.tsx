import { useState } from 'react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { examplesPlugin } from './ExamplesPane';
import { makeFetcher } from './fetcher';
import classes from './GraphiQLPage.module.css';
import { TokenBar } from './TokenBar';

const welcome = `# Choose an example on the left, or write a query of your own.
# Most operations need an access token: log in above, or paste one.

query Server {
  server {
    version
    acceptedTypes
  }
}
`;

const plugins = [examplesPlugin, HISTORY_PLUGIN];

export function GraphiQLPage() {
  const [{ fetcher, dropSocket }] = useState(makeFetcher);
  const scheme = document.documentElement.dataset.mantineColorScheme === 'dark' ? 'dark' : 'light';
  const wide = window.matchMedia('(min-width: 48em)').matches;
  return (
    <div className={classes.page}>
      <TokenBar onToken={dropSocket} />
      <main className={classes.editor}>
        <GraphiQL
          fetcher={fetcher}
          // Variables may hold passwords: nothing of this page outlives its tab.
          storage={sessionStorage}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
          plugins={plugins}
          // On a phone the list would cover the editor.
          visiblePlugin={wide ? examplesPlugin : undefined}
          defaultEditorToolsVisibility="variables"
          defaultQuery={welcome}
          forcedTheme={scheme}
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </div>
  );
}
