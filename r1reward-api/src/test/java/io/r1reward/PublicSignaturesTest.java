package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicSignaturesTest {

  @Test
  void every_public_class_is_looked_at() {
    assertThat(PublicApi.classes())
        .contains(
            RewardModel.class,
            RewardModel.Builder.class,
            Ranking.Comparison.class,
            io.r1reward.spi.ModelSettings.Builder.class)
        .doesNotContain(Given.class, TournamentRun.class);
  }

  @Test
  void signatures_hold_types_of_the_jdk_and_of_this_module_only() {
    List<String> signatures =
        PublicApi.classes().stream().flatMap(PublicSignaturesTest::signatures).toList();

    assertThat(signatures)
        .hasSizeGreaterThan(150)
        .allSatisfy(
            signature -> assertThat(signature).doesNotContainPattern("\\b(com|org)\\.[a-z]"));
  }

  private static Stream<String> signatures(Class<?> type) {
    Stream<Executable> calls =
        Stream.concat(
            Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()));
    Stream<String> components =
        type.isRecord()
            ? Stream.of(type.getRecordComponents())
                .map(RecordComponent::getGenericType)
                .map(Object::toString)
            : Stream.empty();
    return Stream.of(
            Stream.of(type.toGenericString() + " extends " + type.getGenericSuperclass()),
            Stream.of(type.getGenericInterfaces()).map(Object::toString),
            components,
            Stream.of(type.getDeclaredFields())
                .filter(PublicSignaturesTest::isVisible)
                .map(field -> field.toGenericString()),
            calls
                .filter(PublicSignaturesTest::isVisible)
                .filter(call -> !(call instanceof Method method && method.isSynthetic()))
                .map(Executable::toGenericString))
        .flatMap(part -> part);
  }

  private static boolean isVisible(Member member) {
    return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
  }
}
