"""The questions that IOS asks about configuration lines."""

USER_REMOVED = (
    "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]"
)
