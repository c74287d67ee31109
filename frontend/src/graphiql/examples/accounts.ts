// The server itself, and who uses it.

import type { Example } from './example';

export const accounts: readonly Example[] = [
  {
    name: 'server',
    about: 'What this server accepts and can do. No account needed.',
    query: /* GraphQL */ `query Server {
  server {
    version
    registration
    acceptedTypes
    maxUploadBytes
    maxPixels
    analysis {
      provider
      defaultModel
      models
    }
  }
}`,
  },
  {
    name: 'register',
    about: 'Make an account. The answer holds the first access token.',
    query: /* GraphQL */ `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
      account {
        email
        user {
          id
          username
        }
      }
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { username: 'ada', email: 'ada@example.org', password: 'several words in a row' } },
  },
  {
    name: 'login',
    about: 'Get an access token. Paste it into the field above.',
    query: /* GraphQL */ `mutation Login($input: LoginInput!) {
  login(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { login: 'ada', password: 'several words in a row' } },
  },
  {
    name: 'refresh',
    about: 'Trade a refresh token for new tokens. Each can be used once.',
    query: /* GraphQL */ `mutation Refresh($input: RefreshInput!) {
  refresh(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { refreshToken: 'the refreshToken of a login' } },
  },
  {
    name: 'logout',
    about: 'End the session that the access token belongs to.',
    query: /* GraphQL */ `mutation Logout {
  logout {
    errors {
      code
      message
      path
    }
  }
}`,
  },
  {
    name: 'me',
    about: 'The account of whoever asks; null when nobody is signed in.',
    query: /* GraphQL */ `query Me {
  me {
    email
    language
    createdAt
    storage {
      images
      bytes
      byteLimit
    }
    user {
      id
      username
    }
  }
}`,
  },
];
