package dev.embedctl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.cli.console.ByteSize;
import dev.embedctl.provider.local.HubOrigin;
import dev.embedctl.provider.local.LocalModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Local models as lines for people and as JSON. */
final class ModelsText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROW = "%-24s  %9s  %-12s  %s";

  private ModelsText() {}

  /** A line for each model, below a heading. */
  static List<String> table(List<LocalModel> models) {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, ROW, "MODEL", "SIZE", "LICENCE", "PLACE"));
    for (LocalModel model : models) {
      lines.add(
          String.format(
              Locale.ROOT,
              ROW,
              exactName(model),
              ByteSize.text(model.bytes()),
              model.licence().orElse("not known"),
              switch (model.state()) {
                case INCLUDED -> "included";
                case HERE -> model.place().map(Path::toString).orElse("");
                case AVAILABLE -> "to download: embedctl models pull " + model.name();
              }));
    }
    return lines;
  }

  /** The name for {@code --model} that always means the same files. */
  static String exactName(LocalModel model) {
    return model.hub().map(HubOrigin::exactName).orElse(model.name());
  }

  static String json(List<LocalModel> models) {
    ArrayNode array = JSON.createArrayNode();
    models.forEach(model -> array.add(object(model)));
    return array + "\n";
  }

  private static ObjectNode object(LocalModel model) {
    ObjectNode object = JSON.createObjectNode();
    object.put("model", exactName(model));
    object.put("state", model.state().name().toLowerCase(Locale.ROOT));
    object.put("bytes", model.bytes());
    object.put("licence", model.licence().orElse(null));
    object.put("path", model.place().map(Path::toString).orElse(null));
    object.put("requested_as", model.hub().map(hub -> hub.model().toString()).orElse(null));
    object.put("onnx_file", model.hub().map(HubOrigin::file).orElse(null));
    return object;
  }
}
