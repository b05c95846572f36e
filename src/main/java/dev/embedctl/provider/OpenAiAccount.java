package dev.embedctl.provider;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The organization and the project at OpenAI to which calls belong: headers, from the variables
 * that OpenAI's own tools use.
 */
public enum OpenAiAccount {
  ORGANIZATION(OpenAiAccount.ORGANIZATION_VARIABLE, "OpenAI-Organization"),
  PROJECT(OpenAiAccount.PROJECT_VARIABLE, "OpenAI-Project");

  static final String ORGANIZATION_VARIABLE = "OPENAI_ORG_ID";
  static final String PROJECT_VARIABLE = "OPENAI_PROJECT_ID";

  private final String variable;
  private final String header;

  OpenAiAccount(String variable, String header) {
    this.variable = variable;
    this.header = header;
  }

  /** Those that an environment sets, if it is the provider whose accounts they are. */
  public static List<OpenAiAccount> in(String provider, Map<String, String> env) {
    return provider.equals("openai")
        ? Stream.of(values())
            .filter(each -> !env.getOrDefault(each.variable, "").isBlank())
            .toList()
        : List.of();
  }

  /** The header with its value, as a user would type it. */
  String typed(Map<String, String> env) {
    return header + ": " + env.get(variable).strip().replace("$", "$$");
  }

  /** A sentence that names the header and the variable. */
  public String sentence() {
    return "the header " + header + " is from " + variable;
  }
}
