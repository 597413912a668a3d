// Signing out empties the storage of this browser. Where the meal desk has kept meals in it, that is
// said first; whoever presses again signs out all the same.
(function () {
  const form = document.querySelector('form[action="/sign-out"]');
  const told = document.getElementById("kept-meals");

  form.addEventListener("submit", (event) => {
    if (told.hidden && keptMeals.all().length) {
      event.preventDefault();
      told.hidden = false;
    }
  });
})();
