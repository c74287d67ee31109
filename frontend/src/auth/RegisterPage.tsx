import { PasswordInput, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { execute } from '../lib/execute';
import { useServerInfo } from '../lib/serverInfo';
import { Page } from '../ui/Page';
import { AuthForm } from './AuthForm';
import { RegisterMutation } from './operations';
import { useAuthForm } from './useAuthForm';

const fields = ['username', 'email', 'password'] as const;

export function RegisterPage() {
  const server = useServerInfo();
  const { busy, problem, errors, submit } = useAuthForm(fields, async (values) => {
    const { register } = await execute(RegisterMutation, { input: { ...values, deliver: 'COOKIE' } });
    return register;
  });
  const toLogin = (
    <Link to="/login" search={(search) => search}>
      Log in
    </Link>
  );

  if (server?.registration === 'CLOSED') {
    return (
      <Page title="Create an account" heading="Registration is closed">
        <p>This server takes no new accounts. Whoever runs it can make one for you.</p>
        <p>Have one already? {toLogin}</p>
      </Page>
    );
  }

  return (
    <Page title="Create an account">
      <AuthForm
        intro="Your pictures stay private to you."
        problem={problem}
        formErrors={errors.form}
        busy={busy}
        action="Create account"
        busyAction="Creating your account…"
        onSubmit={(event) => void submit(event)}
        footer={<>Have an account? {toLogin}</>}
      >
        <TextInput
          name="username"
          label="Username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.fields.username}
          required
          withAsterisk={false}
        />
        <TextInput
          name="email"
          type="email"
          label="E-mail"
          autoComplete="email"
          error={errors.fields.email}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="password"
          label="Password"
          description="A few words in a row are easy to keep in mind and hard to guess."
          autoComplete="new-password"
          error={errors.fields.password}
          required
          withAsterisk={false}
        />
      </AuthForm>
    </Page>
  );
}
