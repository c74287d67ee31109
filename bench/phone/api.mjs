// What both scripts need of the API: one operation over HTTP, and who is signed in.

/** What must be set, from the environment. */
export function setting(name, fallback) {
    const value = process.env[name] ?? fallback;
    if (value === undefined) {
        throw new Error(`${name} is not set.`);
    }
    return value;
}

export const server = setting("BASE_URL", "http://localhost:8000").replace(/\/$/, "");
export const account = setting("ACCOUNT", "phone");
export const password = setting("PASSWORD", "five plain words in a row");

/** How many pictures the library has to have, and how far the list is scrolled. */
export const pictures = Number(setting("PICTURES", "200"));

export const headers = { "content-type": "application/json", "graphql-preflight": "1" };

const sessionFields = "session { accessToken } errors { code message }";
export const loginBody = JSON.stringify({
    query: `mutation($input: LoginInput!) { login(input: $input) { ${sessionFields} } }`,
    variables: { input: { login: account, password, deliver: "COOKIE" } },
});

export async function ask(query, variables, token) {
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(`${server}/graphql`, {
        method: "POST",
        headers: { ...headers, ...authorization },
        body: JSON.stringify({ query, variables }),
    });
    return dataOf(await response.json());
}

/** The data; an error of the API is one here. */
export function dataOf({ data, errors }) {
    const [problem] = [...(errors ?? []), ...Object.values(data ?? {}).flatMap((field) => field?.errors ?? [])];
    if (problem) {
        throw new Error(problem.message);
    }
    return data;
}

/** A new account, and its access token. */
export async function register() {
    const input = { username: account, email: `${account}@example.org`, password };
    const data = await ask(`mutation($input: RegisterInput!) { register(input: $input) { ${sessionFields} } }`, { input });
    return data.register.session.accessToken;
}
