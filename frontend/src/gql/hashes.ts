/** By operation name: the SHA-256 of each operation's text, which stands in documents.json. */
export const hashes: Readonly<Record<string, string | undefined>> = {
  "AnalyzeImage": "f20ff4e8e9aa17c0d3a6c3126d8e3dd5fe0688ab437203bb60443e4d5636f421",
  "AnalyzedImage": "fc7e67eccee986699aec9cb1f3f4df67b2170c52028b7b19bcde2dee9328f2cd",
  "DeleteImages": "d44b7bbc92ffb3b87759395bd181ab9f68d0f6c1ae5dce1d65375575cee6a3e5",
  "GalleryCount": "6f61f4b9177dac12e94394b893459cd1eb1590c498f5f6ef85f5872cf844ebdc",
  "Gallery": "eaf44ce1bfe54c89ac1e28af24e718b7dbcced2cf9b07d62ee0f97a4c90a29df",
  "ImageAnalysisEvents": "25bb117b641da52d028c091e628308b5d7b8ed1c89cdc35203bf676a52982bf0",
  "ImagePage": "8a05eb1511ee7adcdd4699fbb40bf5e788380a9540d369f3ecd645813b178077",
  "ImagePreview": "bfd7b4d663413f0f39379f3864c043dba690d98aa35997a840e9d818a58a6098",
  "LibraryAnalysisEvents": "45bb8318a7bcd7c0ad027aa8978b4838c142b1746c002d79d99037ce1fc54883",
  "Login": "31e1f65b3c1f1fff959c50eae6e528fb863613ee2266012f4852a0de7f992483",
  "Logout": "fd25b39dd1b26a6de890d566dcc51fa21ec0e80ed8d62a88086dd1b850ab25c7",
  "Refresh": "c0f626f8cad65b5aed0f16138e430e41f008ff19b46045ac8b952354b0d2e0f5",
  "Register": "b2ee2a98e670acc765c5a39fabc83bba10217c1ed024b0d60e5777ea3e8c757a",
  "ServerInfo": "4b58be5a9d2f85d7bec22014cfdaa998b8402d4641ffe233bce8fe6e76b09aea",
  "StorageUse": "c3683b9a84c0bf5ff6c3c517d1c6d53881a615422a0b87075f92eb7cc34a6930",
  "Token": "a2a9aef0346378ac252e9ca791b5fe1661726bb5387736e56a0ffa8182562df5",
  "UpdateImage": "202db76174760ceef70ceea20171649448dcc7d954b605da0c57cb2e76ad9b3f",
  "UploadImage": "64df2269a70aadf4de2b462309fa8a6020b8b324d48d0cd2acc506040019d8e7"
};
