package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model in a Hugging Face hub, named {@code hf:ORG/NAME@REVISION}.
 *
 * @param repository {@code ORG/NAME}
 * @param revision a commit, a branch or a tag
 */
public record HubModel(String repository, String revision) {
  static final String BEGINNING = "hf:";
  private static final String USUAL_REVISION = "main";
  private static final Pattern FORM =
      Pattern.compile(
          BEGINNING
              + "([A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*)(?:@(\\w[\\w.-]*(?:/\\w[\\w.-]*)*))?");

  /** Whether a model's name is meant as the name of such a model. */
  public static boolean isMeant(String model) {
    return model.startsWith(BEGINNING);
  }

  /**
   * The model of a name; without a revision it is the one of the branch {@code main}.
   *
   * @throws Usage if the name has another form
   */
  public static HubModel of(String name) {
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new Usage(name + ": give hf:ORG/NAME or hf:ORG/NAME@REVISION");
    }
    return new HubModel(form.group(1), Optional.ofNullable(form.group(2)).orElse(USUAL_REVISION));
  }

  /** The same model at another revision. */
  public HubModel at(String other) {
    return new HubModel(repository, other);
  }

  /** The name of its folder in the folder of models; no name of another model is like it. */
  public String folder() {
    return "hf--" + repository.replace("/", "--") + "@" + revision.replace("/", "%2F");
  }

  @Override
  public String toString() {
    return BEGINNING + repository + "@" + revision;
  }
}
