/** By operation name: the SHA-256 of each operation's text, which stands in documents.json. */
export const hashes: Readonly<Record<string, string | undefined>> = {
  "AnalyzeImage": "9d07041548a619f4f5a1f2359340c802b0c8018029dc21911c939bd443230f37",
  "AnalyzedImage": "bc1730beea3f0ff5c628de2de532a7dd33cb8c56e60bb50585cf8275ae3f39b7",
  "DeleteImages": "05793adcebc8ac5f7bfefdc651fdd504d92c64eff825ab4051ac6dcfdd093d24",
  "GalleryCount": "7de3fcb352d74c7c17e31555dfec9fcd8da04c448570b454a34e723a65afa854",
  "Gallery": "2e97e84643a57d7256a754944286d0d2f118416fbb3e90b667a0707f7cfd8a39",
  "ImageAnalysisEvents": "dc7a5b2bf21e6bce02140afb75960f4cc3233e3014d569e61a0d6ee3604f7609",
  "ImagePage": "730eebee809e47c8951b9b68e2aba1ba92ecdf8f34abf9809e2a321e55c3a4c6",
  "ImagePreview": "d1aae666fde3c6ad3a1710116e7859195cdd1f6c0be583deb5b4a6e6212f7d2e",
  "LibraryAnalysisEvents": "45bb8318a7bcd7c0ad027aa8978b4838c142b1746c002d79d99037ce1fc54883",
  "Login": "b92c87202cdef4fcaa133d287d87d479747328ce2a01cb47e44991dddd9711b5",
  "Logout": "e206d7d7d2471395a83ee9e384be6af78c237ff9098f8c8944421f500d77fbb7",
  "Refresh": "57c1fe048b2b766e70f0d7623c3afb97ac8b1a0f6768b52211d02577fd7f384b",
  "Register": "b0605f5d01cd4f840a22b21bf70fa5eed94762cc39eb20b6af8f586d5201a582",
  "ServerInfo": "4b58be5a9d2f85d7bec22014cfdaa998b8402d4641ffe233bce8fe6e76b09aea",
  "Token": "9b79ac5ea14264a38771abce0a60921fc41acd1e59a3f4ad0a1010c1aa642df8",
  "UploadImage": "133c2f3f01bd664dfc9c562bdb26b5ec4f8b116402e864baff7900604544adae"
};
