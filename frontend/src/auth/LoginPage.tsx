import { PasswordInput, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { execute } from '../lib/execute';
import { useServerInfo } from '../lib/serverInfo';
import { Page } from '../ui/Page';
import { AuthForm } from './AuthForm';
import { LoginMutation } from './operations';
import { useAuthForm } from './useAuthForm';

const fields = ['login', 'password'] as const;

export function LoginPage() {
  const server = useServerInfo();
  const { busy, problem, errors, submit } = useAuthForm(fields, async (values) => {
    const { login } = await execute(LoginMutation, { input: { ...values, deliver: 'COOKIE' } });
    return login;
  });

  return (
    <Page title="Log in" heading="Welcome back">
      <AuthForm
        intro="Log in to see your pictures."
        problem={problem}
        formErrors={errors.form}
        busy={busy}
        action="Log in"
        busyAction="Logging in…"
        onSubmit={(event) => void submit(event)}
        footer={
          // While nothing is known the place is kept, so that the form does not move.
          server?.registration !== 'CLOSED' && (
            <span style={{ visibility: server ? 'visible' : 'hidden' }}>
              New here?{' '}
              <Link to="/register" search={(search) => search}>
                Create an account
              </Link>
            </span>
          )
        }
      >
        <TextInput
          name="login"
          label="Username or e-mail"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.fields.login}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="password"
          label="Password"
          autoComplete="current-password"
          error={errors.fields.password}
          required
          withAsterisk={false}
        />
      </AuthForm>
    </Page>
  );
}
