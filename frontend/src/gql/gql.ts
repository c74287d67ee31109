/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment Analysis_analysis on Analysis {\n    id\n    status\n    prompt\n    language\n    provider\n    model\n    answer\n    description\n    altText\n    tags\n    detectedText\n    attempts\n    failure {\n      code\n      message\n      nextAttemptAt\n    }\n    createdAt\n    finishedAt\n  }\n": typeof types.Analysis_AnalysisFragmentDoc,
    "\n  fragment AnalyzedImage_image on Image {\n    id\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n    latestAnalysis {\n      id\n      ...Analysis_analysis\n    }\n    analyses(first: 20) {\n      edges {\n        node {\n          id\n          ...Analysis_analysis\n        }\n      }\n    }\n  }\n": typeof types.AnalyzedImage_ImageFragmentDoc,
    "\n  mutation AnalyzeImage($input: AnalyzeImageInput!) {\n    analyzeImage(input: $input) {\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n        }\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.AnalyzeImageDocument,
    "\n  query AnalyzedImage($id: ID!) {\n    image(id: $id) {\n      id\n      ...AnalyzedImage_image\n    }\n  }\n": typeof types.AnalyzedImageDocument,
    "\n  subscription ImageAnalysisEvents($imageId: ID!, $after: String) {\n    analysisEvents(of: { imageId: $imageId }, after: $after) {\n      cursor\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n          description\n          altText\n          texts {\n            language\n            description\n            descriptionSource\n            altText\n            altTextSource\n          }\n        }\n      }\n    }\n  }\n": typeof types.ImageAnalysisEventsDocument,
    "\n  subscription LibraryAnalysisEvents($after: String) {\n    analysisEvents(of: { all: true }, after: $after) {\n      cursor\n      analysis {\n        id\n        status\n        createdAt\n        image {\n          id\n          description\n          altText\n        }\n      }\n    }\n  }\n": typeof types.LibraryAnalysisEventsDocument,
    "\n  query StorageUse {\n    me {\n      storage {\n        images\n        bytes\n        byteLimit\n      }\n    }\n  }\n": typeof types.StorageUseDocument,
    "\n  fragment Cache_analysisEdge on AnalysisEdge {\n    __typename\n    node {\n      __typename\n      id\n    }\n  }\n": typeof types.Cache_AnalysisEdgeFragmentDoc,
    "\n  fragment Cache_edge on ImageEdge {\n    __typename\n    cursor\n    node {\n      __typename\n      id\n    }\n  }\n": typeof types.Cache_EdgeFragmentDoc,
    "\n  fragment Session_session on AuthSession {\n    accessToken\n    accessTokenExpiresAt\n    account {\n      email\n      language\n      user {\n        id\n        username\n      }\n    }\n  }\n": typeof types.Session_SessionFragmentDoc,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.RegisterDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.LoginDocument,
    "\n  mutation Refresh {\n    refresh(input: {}) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.RefreshDocument,
    "\n  mutation Logout {\n    logout {\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.LogoutDocument,
    "\n  fragment EditedImage_image on Image {\n    id\n    title\n    favorite\n    tags\n    takenAt\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n  }\n": typeof types.EditedImage_ImageFragmentDoc,
    "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) {\n      image {\n        id\n        ...EditedImage_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.UpdateImageDocument,
    "\n  fragment ImageCard_image on Image {\n    id\n    filename\n    title\n    description\n    altText\n    favorite\n    ...Picture_image\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n": typeof types.ImageCard_ImageFragmentDoc,
    "\n  fragment Listed_image on Image {\n    id\n    filename\n    contentType\n    byteSize\n    uploadedAt\n    takenAt\n    favorite\n    tags\n    altText\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n": typeof types.Listed_ImageFragmentDoc,
    "\n  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!, $filter: ImageFilter) {\n    images(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {\n      edges {\n        cursor\n        node {\n          id\n          ...Listed_image\n          ...ImageCard_image\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": typeof types.GalleryDocument,
    "\n  query GalleryCount($filter: ImageFilter) {\n    images(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n": typeof types.GalleryCountDocument,
    "\n  mutation DeleteImages($input: ImageIdsInput!) {\n    deleteImages(input: $input) {\n      deletedIds\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.DeleteImagesDocument,
    "\n  query PictureUrls($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n      ... on Image {\n        ...Picture_image\n        ...PictureZoom_image\n      }\n    }\n  }\n": typeof types.PictureUrlsDocument,
    "\n  mutation Token($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        accessToken\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.TokenDocument,
    "\n  fragment ImageFacts_image on Image {\n    id\n    filename\n    contentType\n    animated\n    byteSize\n    width\n    height\n    sha256\n    uploadedAt\n    takenAt\n    palette {\n      hex\n      share\n    }\n    exif {\n      camera\n      lens\n      focalLength\n      aperture\n      exposure\n      iso\n      takenAtLocal\n      utcOffset\n      location {\n        latitude\n        longitude\n      }\n    }\n    original(download: true) {\n      url\n    }\n  }\n": typeof types.ImageFacts_ImageFragmentDoc,
    "\n  query ImagePage($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n      ...PictureZoom_image\n      ...ImageFacts_image\n      ...AnalyzedImage_image\n      ...EditedImage_image\n    }\n  }\n": typeof types.ImagePageDocument,
    "\n  query ImagePreview($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n    }\n  }\n": typeof types.ImagePreviewDocument,
    "\n  fragment Picture_image on Image {\n    id\n    width\n    height\n    thumbhash\n    w256: rendition(transform: { width: 256 }) {\n      url\n      width\n      expiresAt\n    }\n    w400: rendition(transform: { width: 400 }) {\n      url\n      width\n    }\n    w640: rendition(transform: { width: 640 }) {\n      url\n      width\n    }\n    w1024: rendition(transform: { width: 1024 }) {\n      url\n      width\n    }\n    w1600: rendition(transform: { width: 1600 }) {\n      url\n      width\n    }\n  }\n": typeof types.Picture_ImageFragmentDoc,
    "\n  fragment PictureZoom_image on Image {\n    id\n    w2560: rendition(transform: { width: 2560 }) {\n      url\n      width\n    }\n    w4096: rendition(transform: { width: 4096 }) {\n      url\n      width\n    }\n  }\n": typeof types.PictureZoom_ImageFragmentDoc,
    "\n  fragment ServerInfo_server on Server {\n    version\n    acceptedTypes\n    maxUploadBytes\n    maxPixels\n    registration\n    analysis {\n      provider\n      defaultModel\n    }\n  }\n": typeof types.ServerInfo_ServerFragmentDoc,
    "\n  query ServerInfo {\n    server {\n      ...ServerInfo_server\n    }\n  }\n": typeof types.ServerInfoDocument,
    "\n  fragment UserError_error on UserError {\n    __typename\n    code\n    message\n    path\n    ... on FileRejectedError {\n      acceptedTypes\n      maxBytes\n      maxPixels\n    }\n    ... on LimitReachedError {\n      limit\n      used\n    }\n  }\n": typeof types.UserError_ErrorFragmentDoc,
    "\n  fragment Uploaded_image on Image {\n    id\n    filename\n    title\n    thumbhash\n    small: rendition(transform: { width: 256 }) {\n      url\n    }\n  }\n": typeof types.Uploaded_ImageFragmentDoc,
    "\n  mutation UploadImage($input: UploadImageInput!) {\n    uploadImage(input: $input) {\n      duplicate\n      image {\n        id\n        ...Listed_image\n        ...ImageCard_image\n        ...Uploaded_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": typeof types.UploadImageDocument,
};
const documents: Documents = {
    "\n  fragment Analysis_analysis on Analysis {\n    id\n    status\n    prompt\n    language\n    provider\n    model\n    answer\n    description\n    altText\n    tags\n    detectedText\n    attempts\n    failure {\n      code\n      message\n      nextAttemptAt\n    }\n    createdAt\n    finishedAt\n  }\n": types.Analysis_AnalysisFragmentDoc,
    "\n  fragment AnalyzedImage_image on Image {\n    id\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n    latestAnalysis {\n      id\n      ...Analysis_analysis\n    }\n    analyses(first: 20) {\n      edges {\n        node {\n          id\n          ...Analysis_analysis\n        }\n      }\n    }\n  }\n": types.AnalyzedImage_ImageFragmentDoc,
    "\n  mutation AnalyzeImage($input: AnalyzeImageInput!) {\n    analyzeImage(input: $input) {\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n        }\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.AnalyzeImageDocument,
    "\n  query AnalyzedImage($id: ID!) {\n    image(id: $id) {\n      id\n      ...AnalyzedImage_image\n    }\n  }\n": types.AnalyzedImageDocument,
    "\n  subscription ImageAnalysisEvents($imageId: ID!, $after: String) {\n    analysisEvents(of: { imageId: $imageId }, after: $after) {\n      cursor\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n          description\n          altText\n          texts {\n            language\n            description\n            descriptionSource\n            altText\n            altTextSource\n          }\n        }\n      }\n    }\n  }\n": types.ImageAnalysisEventsDocument,
    "\n  subscription LibraryAnalysisEvents($after: String) {\n    analysisEvents(of: { all: true }, after: $after) {\n      cursor\n      analysis {\n        id\n        status\n        createdAt\n        image {\n          id\n          description\n          altText\n        }\n      }\n    }\n  }\n": types.LibraryAnalysisEventsDocument,
    "\n  query StorageUse {\n    me {\n      storage {\n        images\n        bytes\n        byteLimit\n      }\n    }\n  }\n": types.StorageUseDocument,
    "\n  fragment Cache_analysisEdge on AnalysisEdge {\n    __typename\n    node {\n      __typename\n      id\n    }\n  }\n": types.Cache_AnalysisEdgeFragmentDoc,
    "\n  fragment Cache_edge on ImageEdge {\n    __typename\n    cursor\n    node {\n      __typename\n      id\n    }\n  }\n": types.Cache_EdgeFragmentDoc,
    "\n  fragment Session_session on AuthSession {\n    accessToken\n    accessTokenExpiresAt\n    account {\n      email\n      language\n      user {\n        id\n        username\n      }\n    }\n  }\n": types.Session_SessionFragmentDoc,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.RegisterDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.LoginDocument,
    "\n  mutation Refresh {\n    refresh(input: {}) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.RefreshDocument,
    "\n  mutation Logout {\n    logout {\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.LogoutDocument,
    "\n  fragment EditedImage_image on Image {\n    id\n    title\n    favorite\n    tags\n    takenAt\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n  }\n": types.EditedImage_ImageFragmentDoc,
    "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) {\n      image {\n        id\n        ...EditedImage_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.UpdateImageDocument,
    "\n  fragment ImageCard_image on Image {\n    id\n    filename\n    title\n    description\n    altText\n    favorite\n    ...Picture_image\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n": types.ImageCard_ImageFragmentDoc,
    "\n  fragment Listed_image on Image {\n    id\n    filename\n    contentType\n    byteSize\n    uploadedAt\n    takenAt\n    favorite\n    tags\n    altText\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n": types.Listed_ImageFragmentDoc,
    "\n  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!, $filter: ImageFilter) {\n    images(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {\n      edges {\n        cursor\n        node {\n          id\n          ...Listed_image\n          ...ImageCard_image\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": types.GalleryDocument,
    "\n  query GalleryCount($filter: ImageFilter) {\n    images(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n": types.GalleryCountDocument,
    "\n  mutation DeleteImages($input: ImageIdsInput!) {\n    deleteImages(input: $input) {\n      deletedIds\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.DeleteImagesDocument,
    "\n  query PictureUrls($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n      ... on Image {\n        ...Picture_image\n        ...PictureZoom_image\n      }\n    }\n  }\n": types.PictureUrlsDocument,
    "\n  mutation Token($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        accessToken\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.TokenDocument,
    "\n  fragment ImageFacts_image on Image {\n    id\n    filename\n    contentType\n    animated\n    byteSize\n    width\n    height\n    sha256\n    uploadedAt\n    takenAt\n    palette {\n      hex\n      share\n    }\n    exif {\n      camera\n      lens\n      focalLength\n      aperture\n      exposure\n      iso\n      takenAtLocal\n      utcOffset\n      location {\n        latitude\n        longitude\n      }\n    }\n    original(download: true) {\n      url\n    }\n  }\n": types.ImageFacts_ImageFragmentDoc,
    "\n  query ImagePage($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n      ...PictureZoom_image\n      ...ImageFacts_image\n      ...AnalyzedImage_image\n      ...EditedImage_image\n    }\n  }\n": types.ImagePageDocument,
    "\n  query ImagePreview($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n    }\n  }\n": types.ImagePreviewDocument,
    "\n  fragment Picture_image on Image {\n    id\n    width\n    height\n    thumbhash\n    w256: rendition(transform: { width: 256 }) {\n      url\n      width\n      expiresAt\n    }\n    w400: rendition(transform: { width: 400 }) {\n      url\n      width\n    }\n    w640: rendition(transform: { width: 640 }) {\n      url\n      width\n    }\n    w1024: rendition(transform: { width: 1024 }) {\n      url\n      width\n    }\n    w1600: rendition(transform: { width: 1600 }) {\n      url\n      width\n    }\n  }\n": types.Picture_ImageFragmentDoc,
    "\n  fragment PictureZoom_image on Image {\n    id\n    w2560: rendition(transform: { width: 2560 }) {\n      url\n      width\n    }\n    w4096: rendition(transform: { width: 4096 }) {\n      url\n      width\n    }\n  }\n": types.PictureZoom_ImageFragmentDoc,
    "\n  fragment ServerInfo_server on Server {\n    version\n    acceptedTypes\n    maxUploadBytes\n    maxPixels\n    registration\n    analysis {\n      provider\n      defaultModel\n    }\n  }\n": types.ServerInfo_ServerFragmentDoc,
    "\n  query ServerInfo {\n    server {\n      ...ServerInfo_server\n    }\n  }\n": types.ServerInfoDocument,
    "\n  fragment UserError_error on UserError {\n    __typename\n    code\n    message\n    path\n    ... on FileRejectedError {\n      acceptedTypes\n      maxBytes\n      maxPixels\n    }\n    ... on LimitReachedError {\n      limit\n      used\n    }\n  }\n": types.UserError_ErrorFragmentDoc,
    "\n  fragment Uploaded_image on Image {\n    id\n    filename\n    title\n    thumbhash\n    small: rendition(transform: { width: 256 }) {\n      url\n    }\n  }\n": types.Uploaded_ImageFragmentDoc,
    "\n  mutation UploadImage($input: UploadImageInput!) {\n    uploadImage(input: $input) {\n      duplicate\n      image {\n        id\n        ...Listed_image\n        ...ImageCard_image\n        ...Uploaded_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n": types.UploadImageDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Analysis_analysis on Analysis {\n    id\n    status\n    prompt\n    language\n    provider\n    model\n    answer\n    description\n    altText\n    tags\n    detectedText\n    attempts\n    failure {\n      code\n      message\n      nextAttemptAt\n    }\n    createdAt\n    finishedAt\n  }\n"): (typeof documents)["\n  fragment Analysis_analysis on Analysis {\n    id\n    status\n    prompt\n    language\n    provider\n    model\n    answer\n    description\n    altText\n    tags\n    detectedText\n    attempts\n    failure {\n      code\n      message\n      nextAttemptAt\n    }\n    createdAt\n    finishedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AnalyzedImage_image on Image {\n    id\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n    latestAnalysis {\n      id\n      ...Analysis_analysis\n    }\n    analyses(first: 20) {\n      edges {\n        node {\n          id\n          ...Analysis_analysis\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment AnalyzedImage_image on Image {\n    id\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n    latestAnalysis {\n      id\n      ...Analysis_analysis\n    }\n    analyses(first: 20) {\n      edges {\n        node {\n          id\n          ...Analysis_analysis\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AnalyzeImage($input: AnalyzeImageInput!) {\n    analyzeImage(input: $input) {\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n        }\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AnalyzeImage($input: AnalyzeImageInput!) {\n    analyzeImage(input: $input) {\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n        }\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AnalyzedImage($id: ID!) {\n    image(id: $id) {\n      id\n      ...AnalyzedImage_image\n    }\n  }\n"): (typeof documents)["\n  query AnalyzedImage($id: ID!) {\n    image(id: $id) {\n      id\n      ...AnalyzedImage_image\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ImageAnalysisEvents($imageId: ID!, $after: String) {\n    analysisEvents(of: { imageId: $imageId }, after: $after) {\n      cursor\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n          description\n          altText\n          texts {\n            language\n            description\n            descriptionSource\n            altText\n            altTextSource\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription ImageAnalysisEvents($imageId: ID!, $after: String) {\n    analysisEvents(of: { imageId: $imageId }, after: $after) {\n      cursor\n      analysis {\n        id\n        ...Analysis_analysis\n        image {\n          id\n          description\n          altText\n          texts {\n            language\n            description\n            descriptionSource\n            altText\n            altTextSource\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LibraryAnalysisEvents($after: String) {\n    analysisEvents(of: { all: true }, after: $after) {\n      cursor\n      analysis {\n        id\n        status\n        createdAt\n        image {\n          id\n          description\n          altText\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription LibraryAnalysisEvents($after: String) {\n    analysisEvents(of: { all: true }, after: $after) {\n      cursor\n      analysis {\n        id\n        status\n        createdAt\n        image {\n          id\n          description\n          altText\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StorageUse {\n    me {\n      storage {\n        images\n        bytes\n        byteLimit\n      }\n    }\n  }\n"): (typeof documents)["\n  query StorageUse {\n    me {\n      storage {\n        images\n        bytes\n        byteLimit\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Cache_analysisEdge on AnalysisEdge {\n    __typename\n    node {\n      __typename\n      id\n    }\n  }\n"): (typeof documents)["\n  fragment Cache_analysisEdge on AnalysisEdge {\n    __typename\n    node {\n      __typename\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Cache_edge on ImageEdge {\n    __typename\n    cursor\n    node {\n      __typename\n      id\n    }\n  }\n"): (typeof documents)["\n  fragment Cache_edge on ImageEdge {\n    __typename\n    cursor\n    node {\n      __typename\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Session_session on AuthSession {\n    accessToken\n    accessTokenExpiresAt\n    account {\n      email\n      language\n      user {\n        id\n        username\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment Session_session on AuthSession {\n    accessToken\n    accessTokenExpiresAt\n    account {\n      email\n      language\n      user {\n        id\n        username\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Refresh {\n    refresh(input: {}) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Refresh {\n    refresh(input: {}) {\n      session {\n        ...Session_session\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Logout {\n    logout {\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Logout {\n    logout {\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EditedImage_image on Image {\n    id\n    title\n    favorite\n    tags\n    takenAt\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n  }\n"): (typeof documents)["\n  fragment EditedImage_image on Image {\n    id\n    title\n    favorite\n    tags\n    takenAt\n    description\n    altText\n    texts {\n      language\n      description\n      descriptionSource\n      altText\n      altTextSource\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) {\n      image {\n        id\n        ...EditedImage_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) {\n      image {\n        id\n        ...EditedImage_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ImageCard_image on Image {\n    id\n    filename\n    title\n    description\n    altText\n    favorite\n    ...Picture_image\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n"): (typeof documents)["\n  fragment ImageCard_image on Image {\n    id\n    filename\n    title\n    description\n    altText\n    favorite\n    ...Picture_image\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Listed_image on Image {\n    id\n    filename\n    contentType\n    byteSize\n    uploadedAt\n    takenAt\n    favorite\n    tags\n    altText\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n"): (typeof documents)["\n  fragment Listed_image on Image {\n    id\n    filename\n    contentType\n    byteSize\n    uploadedAt\n    takenAt\n    favorite\n    tags\n    altText\n    latestAnalysis {\n      id\n      status\n      createdAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!, $filter: ImageFilter) {\n    images(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {\n      edges {\n        cursor\n        node {\n          id\n          ...Listed_image\n          ...ImageCard_image\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n"): (typeof documents)["\n  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!, $filter: ImageFilter) {\n    images(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {\n      edges {\n        cursor\n        node {\n          id\n          ...Listed_image\n          ...ImageCard_image\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GalleryCount($filter: ImageFilter) {\n    images(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query GalleryCount($filter: ImageFilter) {\n    images(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteImages($input: ImageIdsInput!) {\n    deleteImages(input: $input) {\n      deletedIds\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteImages($input: ImageIdsInput!) {\n    deleteImages(input: $input) {\n      deletedIds\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PictureUrls($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n      ... on Image {\n        ...Picture_image\n        ...PictureZoom_image\n      }\n    }\n  }\n"): (typeof documents)["\n  query PictureUrls($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n      ... on Image {\n        ...Picture_image\n        ...PictureZoom_image\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Token($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        accessToken\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Token($input: LoginInput!) {\n    login(input: $input) {\n      session {\n        accessToken\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ImageFacts_image on Image {\n    id\n    filename\n    contentType\n    animated\n    byteSize\n    width\n    height\n    sha256\n    uploadedAt\n    takenAt\n    palette {\n      hex\n      share\n    }\n    exif {\n      camera\n      lens\n      focalLength\n      aperture\n      exposure\n      iso\n      takenAtLocal\n      utcOffset\n      location {\n        latitude\n        longitude\n      }\n    }\n    original(download: true) {\n      url\n    }\n  }\n"): (typeof documents)["\n  fragment ImageFacts_image on Image {\n    id\n    filename\n    contentType\n    animated\n    byteSize\n    width\n    height\n    sha256\n    uploadedAt\n    takenAt\n    palette {\n      hex\n      share\n    }\n    exif {\n      camera\n      lens\n      focalLength\n      aperture\n      exposure\n      iso\n      takenAtLocal\n      utcOffset\n      location {\n        latitude\n        longitude\n      }\n    }\n    original(download: true) {\n      url\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ImagePage($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n      ...PictureZoom_image\n      ...ImageFacts_image\n      ...AnalyzedImage_image\n      ...EditedImage_image\n    }\n  }\n"): (typeof documents)["\n  query ImagePage($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n      ...PictureZoom_image\n      ...ImageFacts_image\n      ...AnalyzedImage_image\n      ...EditedImage_image\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ImagePreview($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n    }\n  }\n"): (typeof documents)["\n  query ImagePreview($id: ID!) {\n    image(id: $id) {\n      id\n      ...ImageCard_image\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Picture_image on Image {\n    id\n    width\n    height\n    thumbhash\n    w256: rendition(transform: { width: 256 }) {\n      url\n      width\n      expiresAt\n    }\n    w400: rendition(transform: { width: 400 }) {\n      url\n      width\n    }\n    w640: rendition(transform: { width: 640 }) {\n      url\n      width\n    }\n    w1024: rendition(transform: { width: 1024 }) {\n      url\n      width\n    }\n    w1600: rendition(transform: { width: 1600 }) {\n      url\n      width\n    }\n  }\n"): (typeof documents)["\n  fragment Picture_image on Image {\n    id\n    width\n    height\n    thumbhash\n    w256: rendition(transform: { width: 256 }) {\n      url\n      width\n      expiresAt\n    }\n    w400: rendition(transform: { width: 400 }) {\n      url\n      width\n    }\n    w640: rendition(transform: { width: 640 }) {\n      url\n      width\n    }\n    w1024: rendition(transform: { width: 1024 }) {\n      url\n      width\n    }\n    w1600: rendition(transform: { width: 1600 }) {\n      url\n      width\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PictureZoom_image on Image {\n    id\n    w2560: rendition(transform: { width: 2560 }) {\n      url\n      width\n    }\n    w4096: rendition(transform: { width: 4096 }) {\n      url\n      width\n    }\n  }\n"): (typeof documents)["\n  fragment PictureZoom_image on Image {\n    id\n    w2560: rendition(transform: { width: 2560 }) {\n      url\n      width\n    }\n    w4096: rendition(transform: { width: 4096 }) {\n      url\n      width\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ServerInfo_server on Server {\n    version\n    acceptedTypes\n    maxUploadBytes\n    maxPixels\n    registration\n    analysis {\n      provider\n      defaultModel\n    }\n  }\n"): (typeof documents)["\n  fragment ServerInfo_server on Server {\n    version\n    acceptedTypes\n    maxUploadBytes\n    maxPixels\n    registration\n    analysis {\n      provider\n      defaultModel\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServerInfo {\n    server {\n      ...ServerInfo_server\n    }\n  }\n"): (typeof documents)["\n  query ServerInfo {\n    server {\n      ...ServerInfo_server\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment UserError_error on UserError {\n    __typename\n    code\n    message\n    path\n    ... on FileRejectedError {\n      acceptedTypes\n      maxBytes\n      maxPixels\n    }\n    ... on LimitReachedError {\n      limit\n      used\n    }\n  }\n"): (typeof documents)["\n  fragment UserError_error on UserError {\n    __typename\n    code\n    message\n    path\n    ... on FileRejectedError {\n      acceptedTypes\n      maxBytes\n      maxPixels\n    }\n    ... on LimitReachedError {\n      limit\n      used\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Uploaded_image on Image {\n    id\n    filename\n    title\n    thumbhash\n    small: rendition(transform: { width: 256 }) {\n      url\n    }\n  }\n"): (typeof documents)["\n  fragment Uploaded_image on Image {\n    id\n    filename\n    title\n    thumbhash\n    small: rendition(transform: { width: 256 }) {\n      url\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadImage($input: UploadImageInput!) {\n    uploadImage(input: $input) {\n      duplicate\n      image {\n        id\n        ...Listed_image\n        ...ImageCard_image\n        ...Uploaded_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UploadImage($input: UploadImageInput!) {\n    uploadImage(input: $input) {\n      duplicate\n      image {\n        id\n        ...Listed_image\n        ...ImageCard_image\n        ...Uploaded_image\n      }\n      errors {\n        ...UserError_error\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;