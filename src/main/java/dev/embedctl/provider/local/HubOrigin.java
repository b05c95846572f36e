package dev.embedctl.provider.local;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files of a folder came from: a file beside them.
 *
 * @param model with the revision under which it was requested
 * @param commit the revision's commit
 * @param file the model's file in the hub
 * @param licence as the hub states it
 */
public record HubOrigin(HubModel model, String commit, String file, Optional<String> licence) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String NAME = "hub.json";

  /** The origin of a folder's files; empty if they are not from a hub. */
  public static Optional<HubOrigin> of(Path folder) {
    Path file = folder.resolve(NAME);
    return Files.exists(file) ? read(JsonValue.read(file)) : Optional.empty();
  }

  private static Optional<HubOrigin> read(JsonValue json) {
    Optional<HubModel> model = json.at("model").text().filter(HubModel::isMeant).map(HubModel::of);
    Optional<String> commit = json.at("commit").text();
    Optional<String> file = json.at("file").text();
    return model.isPresent() && commit.isPresent() && file.isPresent()
        ? Optional.of(
            new HubOrigin(model.get(), commit.get(), file.get(), json.at("licence").text()))
        : Optional.empty();
  }

  /** Writes it into a folder. */
  public void write(Path folder) throws IOException {
    try (JsonGenerator json =
        JSON.createGenerator(folder.resolve(NAME).toFile(), JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("model", model.toString());
      json.writeStringField("commit", commit);
      json.writeStringField("file", file);
      if (licence.isPresent()) {
        json.writeStringField("licence", licence.get());
      }
      json.writeEndObject();
    }
  }

  /** The model's name with the commit, which always means the same files. */
  public String exactName() {
    return model.at(commit).toString();
  }

  /** Whether it is the model of a name: by the revision that was requested, or by its commit. */
  boolean answers(HubModel other) {
    return model.equals(other) || model.at(commit).equals(other);
  }
}
