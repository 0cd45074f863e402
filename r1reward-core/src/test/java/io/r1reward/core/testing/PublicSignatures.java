package io.r1reward.core.testing;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What users of a module see of it: the public and protected members, and the class headers, of the
 * packages that are not marked as internal. Record components count by their accessors and
 * constructors.
 */
public final class PublicSignatures {
  private final String root;
  private final List<JavaClass> classes = new ArrayList<>();

  private PublicSignatures(String root) {
    this.root = root;
  }

  /** Looks at a package and all below it, tests left out. */
  public static PublicSignatures below(String root) {
    PublicSignatures found = new PublicSignatures(root);
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/testing/"))
            .importPackages(root)) {
      if (isSeen(each) && !isInternal(each)) {
        found.classes.add(each);
      }
    }
    return found;
  }

  /** Returns the class headers and members that name a type of a package or of one below it. */
  public Set<String> naming(String prefix) {
    Set<String> lines = new TreeSet<>();
    for (JavaClass each : classes) {
      if (names(header(each), prefix)) {
        lines.add(each.getName());
      }
      Stream.concat(each.getAllMembers().stream(), each.getConstructors().stream())
          .filter(member -> member.getOwner().getPackageName().startsWith(root))
          .filter(member -> isVisible(member) && !isMadeByCompiler(member))
          .filter(member -> names(types(member), prefix))
          .forEach(member -> lines.add(each.getName() + ": " + member.getFullName()));
    }
    return lines;
  }

  private static boolean names(Stream<? extends JavaType> types, String prefix) {
    return types
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .anyMatch(raw -> raw.getBaseComponentType().getPackageName().startsWith(prefix));
  }

  private static Stream<JavaType> header(JavaClass each) {
    return Stream.<Stream<? extends JavaType>>of(
            each.getTypeParameters().stream(),
            each.getSuperclass().stream(),
            each.getInterfaces().stream())
        .flatMap(part -> part);
  }

  private static Stream<JavaType> types(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit call = (JavaCodeUnit) member;
    return Stream.<Stream<? extends JavaType>>of(
            Stream.of(call.getReturnType()),
            call.getParameterTypes().stream(),
            call.getTypeParameters().stream(),
            call.getExceptionTypes().stream())
        .flatMap(part -> part);
  }

  private static boolean isSeen(JavaClass each) {
    Optional<JavaClass> around = each.getEnclosingClass();
    return isVisible(each)
        && !each.isAnonymousClass()
        && !each.isLocalClass()
        && (around.isEmpty() || isSeen(around.get()));
  }

  private static boolean isInternal(JavaClass each) {
    return each.getPackage()
        .tryGetAnnotationOfType(API.class)
        .map(note -> note.status() == API.Status.INTERNAL)
        .orElse(false);
  }

  private static boolean isVisible(HasModifiers each) {
    return each.getModifiers().contains(JavaModifier.PUBLIC)
        || each.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean isMadeByCompiler(HasModifiers each) {
    return each.getModifiers().contains(JavaModifier.SYNTHETIC);
  }
}
