import { graphql } from '../gql';

export const AuthSessionFragment = graphql(`
  fragment Session_session on AuthSession {
    accessToken
    accessTokenExpiresAt
    account {
      email
      language
      user {
        id
        username
      }
    }
  }
`);

export const RegisterMutation = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      session {
        ...Session_session
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export const LoginMutation = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      session {
        ...Session_session
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export const RefreshMutation = graphql(`
  mutation Refresh {
    refresh(input: {}) {
      session {
        ...Session_session
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export const LogoutMutation = graphql(`
  mutation Logout {
    logout {
      errors {
        ...UserError_error
      }
    }
  }
`);
