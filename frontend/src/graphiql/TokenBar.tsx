// Above the editor: the access token, and a short form that gets one.
import type { FormEvent } from 'react';
import { useState } from 'react';
import { execute } from '../lib/execute';
import { problemOf } from '../lib/problem';
import { firstMessage } from '../lib/userErrors';
import { Mark } from '../ui/icons';
import { TokenMutation } from './operations';
import { setToken, useToken } from './token';
import classes from './TokenBar.module.css';

export function TokenBar({ onToken }: { onToken: () => void }) {
  const token = useToken();
  const [signingIn, setSigningIn] = useState(false);

  function take(next: string) {
    setToken(next);
    onToken();
  }

  return (
    <header className={classes.bar}>
      <a className={classes.brand} href="/" aria-label="Image Manager, your pictures">
        <Mark width={24} height={24} />
      </a>
      <h1 className={classes.title}>GraphiQL</h1>
      <label className={classes.token}>
        <span>Access token</span>
        <input
          type="text"
          value={token}
          placeholder="Paste one, or log in"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => take(event.currentTarget.value)}
        />
      </label>
      {token ? (
        <button type="button" className={classes.button} onClick={() => take('')}>
          Forget
        </button>
      ) : (
        <button type="button" className={classes.button} aria-expanded={signingIn} onClick={() => setSigningIn(!signingIn)}>
          Log in
        </button>
      )}
      {signingIn && !token && (
        <LoginForm
          onToken={(next) => {
            take(next);
            setSigningIn(false);
          }}
        />
      )}
    </header>
  );
}

function LoginForm({ onToken }: { onToken: (token: string) => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      // BODY: this page's session is its own, and leaves the client's cookie alone.
      const { login } = await execute(TokenMutation, {
        input: { login: String(data.get('login')), password: String(data.get('password')), deliver: 'BODY' },
      });
      if (login.session) onToken(login.session.accessToken);
      else setProblem(firstMessage(login.errors) ?? 'That did not work.');
    } catch (error) {
      setProblem(problemOf(error).title);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className={classes.login} onSubmit={(event) => void submit(event)}>
      <label>
        <span>Username or e-mail</span>
        <input name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
      </label>
      <label>
        <span>Password</span>
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" className={classes.button} data-primary disabled={busy}>
        {busy ? 'Getting a token…' : 'Get a token'}
      </button>
      <p className={classes.problem} role="alert">
        {problem}
      </p>
    </form>
  );
}
