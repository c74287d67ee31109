import { graphql } from '../gql';

export const TokenMutation = graphql(`
  mutation Token($input: LoginInput!) {
    login(input: $input) {
      session {
        accessToken
      }
      errors {
        ...UserError_error
      }
    }
  }
`);
