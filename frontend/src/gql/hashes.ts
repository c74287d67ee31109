/** By operation name: the SHA-256 of each operation's text, which stands in documents.json. */
export const hashes: Readonly<Record<string, string | undefined>> = {
  "AnalyzeImage": "f20ff4e8e9aa17c0d3a6c3126d8e3dd5fe0688ab437203bb60443e4d5636f421",
  "AnalyzedImage": "fc7e67eccee986699aec9cb1f3f4df67b2170c52028b7b19bcde2dee9328f2cd",
  "DeleteImages": "d44b7bbc92ffb3b87759395bd181ab9f68d0f6c1ae5dce1d65375575cee6a3e5",
  "GalleryCount": "6f61f4b9177dac12e94394b893459cd1eb1590c498f5f6ef85f5872cf844ebdc",
  "Gallery": "66acd2b2fed441d867035eaa42e53c43f74440f0a443f81c5697d00ce930d95d",
  "ImageAnalysisEvents": "25bb117b641da52d028c091e628308b5d7b8ed1c89cdc35203bf676a52982bf0",
  "ImagePage": "337cd38f985661623083d13bd3985f264c3650a384a8b2bccce8a45931ecf6ba",
  "ImagePreview": "3a825bc1bce24552663c74f118625ca0411a31b69a6c578d9c604cb25b825558",
  "LibraryAnalysisEvents": "45bb8318a7bcd7c0ad027aa8978b4838c142b1746c002d79d99037ce1fc54883",
  "Login": "31e1f65b3c1f1fff959c50eae6e528fb863613ee2266012f4852a0de7f992483",
  "Logout": "fd25b39dd1b26a6de890d566dcc51fa21ec0e80ed8d62a88086dd1b850ab25c7",
  "PictureUrls": "021215e4316f058bb2c4c0cdc00e9000a4ecdcbaa01a4061936e9934cc8f53f8",
  "Refresh": "c0f626f8cad65b5aed0f16138e430e41f008ff19b46045ac8b952354b0d2e0f5",
  "Register": "b2ee2a98e670acc765c5a39fabc83bba10217c1ed024b0d60e5777ea3e8c757a",
  "ServerInfo": "4b58be5a9d2f85d7bec22014cfdaa998b8402d4641ffe233bce8fe6e76b09aea",
  "StorageUse": "c3683b9a84c0bf5ff6c3c517d1c6d53881a615422a0b87075f92eb7cc34a6930",
  "Token": "a2a9aef0346378ac252e9ca791b5fe1661726bb5387736e56a0ffa8182562df5",
  "UpdateImage": "202db76174760ceef70ceea20171649448dcc7d954b605da0c57cb2e76ad9b3f",
  "UploadImage": "6e22784171f4cbc3abb877675a048e25bf8d60016477ece939be031391900af5"
};
