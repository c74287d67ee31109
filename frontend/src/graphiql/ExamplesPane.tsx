// The list beside the editor: a click opens an example in a tab of its own.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { CodeIcon } from '../ui/icons';
import type { Example } from './examples';
import { examples } from './examples';
import classes from './ExamplesPane.module.css';

function ExamplesPane() {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  function open({ query, variables }: Example) {
    if (!queryEditor || !variableEditor) return;
    addTab();
    // The editors belong to the tab in front, which is the new one.
    queryEditor.setValue(query.replace('$ORIGIN', location.origin));
    variableEditor.setValue(variables ? JSON.stringify(variables, null, 2) : '');
    if (!window.matchMedia('(min-width: 48em)').matches) setVisiblePlugin(null);
    queryEditor.focus();
  }

  return (
    <section aria-label="Examples">
      <h2 className={classes.title}>Examples</h2>
      <ul className={classes.list}>
        {examples.map((example) => (
          <li key={example.name}>
            {/* Monaco takes a moment: before, there is nothing to open an example in. */}
            <button type="button" className={classes.example} disabled={!queryEditor || !variableEditor} onClick={() => open(example)}>
              <code>{example.name}</code>
              <span>{example.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const examplesPlugin = { title: 'Examples', icon: () => <CodeIcon />, content: ExamplesPane };
