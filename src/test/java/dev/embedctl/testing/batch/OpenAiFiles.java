package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Files of APIs like OpenAI's: {@code /files}. */
final class OpenAiFiles {
  private OpenAiFiles() {}

  static Reply uploaded(Call call, BatchStore store) {
    if (!new String(call.part("purpose"), StandardCharsets.UTF_8).equals("batch")) {
      return Reply.text(400, "{\"error\":{\"message\":\"unknown purpose\",\"param\":\"purpose\"}}");
    }
    byte[] file = call.part("file");
    ObjectNode reply =
        PlayJson.object()
            .put("id", store.add(file))
            .put("object", "file")
            .put("bytes", file.length)
            .put("filename", "input.jsonl")
            .put("purpose", "batch");
    return Reply.of(reply);
  }

  static Reply content(Call call, BatchStore store) {
    String[] names = call.path().split("/", -1);
    return store
        .file(names[names.length - 2])
        .map(file -> new Reply(200, Map.of(), file))
        .orElseGet(OpenAiFiles::none);
  }

  static Reply deleted(Call call, BatchStore store) {
    String id = call.path().substring(call.path().lastIndexOf('/') + 1);
    return store.delete(id)
        ? Reply.of(PlayJson.object().put("id", id).put("object", "file").put("deleted", true))
        : none();
  }

  static Reply none() {
    return Reply.text(
        404,
        "{\"error\":{\"message\":\"No such File object\",\"type\":\"invalid_request_error\","
            + "\"param\":\"id\",\"code\":null}}");
  }
}
