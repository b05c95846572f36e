package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The local models: where they lie, and how to get one that is not here. */
public final class LocalModels {
  /** The one that an installation holds. */
  public static final String DEFAULT = "all-MiniLM-L6-v2";

  /** What {@code bin/fetch-model} fetches. */
  static final List<String> FETCHED =
      List.of(
          "all-MiniLM-L6-v2-q",
          "bge-small-en-v1.5",
          "bge-small-en-v1.5-q",
          "e5-small-v2",
          "e5-small-v2-q");

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final Path installation;
  private final Optional<Path> usersFolder;

  /**
   * The models there are.
   *
   * @param installation the folder of this installation
   * @param usersFolder the folder of models that the user fetched
   */
  public LocalModels(Path installation, Optional<Path> usersFolder) {
    this.installation = installation;
    this.usersFolder = usersFolder;
  }

  /**
   * A model.
   *
   * @param place its folder, or a file in it
   */
  public record Found(Path place, ModelOrigin origin) {
    /** What the cache and the metrics call it. */
    public String name() {
      return String.valueOf(place.getFileName());
    }
  }

  /**
   * The model of a name: the installation's, else one in the user's models folder, else what lies
   * at that path, whatever it is.
   *
   * @throws Usage where it is none of them, and it is known how to get it
   */
  public Found find(String model) {
    Path path = Path.of(model);
    if (model.matches(NAME)) {
      Path installed = installation.resolve("models").resolve(model);
      if (Files.isDirectory(installed)) {
        return new Found(installed, ModelOrigin.INSTALLED);
      }
      Optional<Path> fetched =
          usersFolder.map(folder -> folder.resolve(model)).filter(Files::isDirectory);
      if (fetched.isPresent()) {
        return new Found(fetched.get(), ModelOrigin.USERS_OWN);
      }
    }
    String name = String.valueOf(path.getFileName());
    if (FETCHED.contains(name) && !Files.exists(path)) {
      throw new Usage(
          Parameter.MODEL
              + " "
              + model
              + ": "
              + name
              + " is not here yet; fetch it, in a checkout of embedctl, with bin/fetch-model "
              + name);
    }
    return new Found(path.toAbsolutePath().normalize(), ModelOrigin.USERS_OWN);
  }

  /** The names of those that are here, the installation's and the user's. */
  public List<String> names() {
    Set<String> names = new TreeSet<>();
    Stream.concat(Stream.of(installation.resolve("models")), usersFolder.stream())
        .forEach(folder -> names.addAll(modelsIn(folder)));
    return List.copyOf(names);
  }

  private static List<String> modelsIn(Path folder) {
    try (Stream<Path> models = Files.list(folder)) {
      return models
          .filter(Files::isDirectory)
          .map(model -> String.valueOf(model.getFileName()))
          .filter(name -> name.matches(NAME))
          .toList();
    } catch (IOException e) {
      return List.of(); // there is no such folder
    }
  }
}
