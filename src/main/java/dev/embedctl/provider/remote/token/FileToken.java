package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A token in a file, which the platform replaces before it ends.
 *
 * @param namedBy the variable or file that names the file, for messages
 * @param field the field with the token if the file is a JSON object
 */
record FileToken(String file, String namedBy, Optional<String> field) implements SubjectToken {

  @Override
  public String read() throws Hopeless {
    String place = file + " (named by " + namedBy + ")";
    try {
      return SubjectToken.in(Files.readAllBytes(Path.of(file)), field, place);
    } catch (IOException | InvalidPathException e) {
      throw new Hopeless(
          Reason.CREDENTIALS, "the token in " + place + " cannot be read: " + reason(e));
    }
  }

  private static String reason(Exception failure) {
    return failure instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
