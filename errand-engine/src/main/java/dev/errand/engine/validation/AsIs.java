package dev.errand.engine.validation;

/** Throws what its caller does not declare: who called the context hears what the context would have thrown. */
final class AsIs {
    private AsIs() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Throwable> RuntimeException thrown(Throwable error) throws X {
        throw (X) error;
    }
}
